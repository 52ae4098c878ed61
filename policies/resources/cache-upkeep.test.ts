import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { cacheUpkeep as rule } from './cache-upkeep';

itIsAResourceRule(rule);

const example = exampleOf('aws:elasticache/replicationGroup:ReplicationGroup');
itTellsResourcesApart(rule, [
  ['no snapshots', example('{ snapshotRetentionLimit: 1, subnetGroupName: cache }'), example('{ subnetGroupName: cache }'), 'snapshotRetentionLimit'],
  ['no upgrades', example('{ snapshotRetentionLimit: 1, subnetGroupName: cache }'), example('{ snapshotRetentionLimit: 1, subnetGroupName: cache, autoMinorVersionUpgrade: "false" }'), 'autoMinorVersionUpgrade'],
  ['the default subnet group', example('{ snapshotRetentionLimit: 1, subnetGroupName: "${cache.name}" }'), example('{ snapshotRetentionLimit: 1, subnetGroupName: default }'), 'subnetGroupName'],
]);
