import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { databaseUpkeep as rule } from './database-upkeep';

itIsAResourceRule(rule);

const example = exampleOf('aws:rds/instance:Instance');
itTellsResourcesApart(rule, [
  ['no upgrades', example('{ copyTagsToSnapshot: true }'), example('{ autoMinorVersionUpgrade: false, copyTagsToSnapshot: true }'), 'autoMinorVersionUpgrade'],
  ['snapshots without tags', example('{ copyTagsToSnapshot: true }'), example('{}'), 'copyTagsToSnapshot'],
]);
