import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { databaseMultiAz as rule } from './database-multi-az';

itIsAResourceRule(rule, 'warning');

const example = exampleOf('aws:rds/instance:Instance');
itTellsResourcesApart(rule, [
  ['one zone', example('{ multiAz: true }'), example('{ multiAz: false }'), 'multiAz'],
  ['one zone of what is no replica', example('{ replicateSourceDb: primary, multiAz: false }'), example('{}'), 'multiAz'],
]);
