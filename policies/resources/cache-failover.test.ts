import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { cacheFailover as rule } from './cache-failover';

itIsAResourceRule(rule, 'warning');

const example = exampleOf('aws:elasticache/replicationGroup:ReplicationGroup');
itTellsResourcesApart(rule, [
  ['no failover', example('{ automaticFailoverEnabled: true, multiAzEnabled: true }'), example('{ multiAzEnabled: true }'), 'automaticFailoverEnabled'],
  ['one zone', example('{ automaticFailoverEnabled: true, multiAzEnabled: true }'), example('{ automaticFailoverEnabled: true, multiAzEnabled: false }'), 'multiAzEnabled'],
]);
