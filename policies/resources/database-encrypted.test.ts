import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { databaseEncrypted as rule } from './database-encrypted';

itIsAResourceRule(rule);

const example = exampleOf('aws:rds/instance:Instance');
itTellsResourcesApart(rule, [
  ['plain storage', example('{ storageEncrypted: true }'), example('{ storageEncrypted: false }'), 'storageEncrypted'],
  ['storage that nothing is said of, unless it is a replica', example('{ replicateSourceDb: primary }'), example('{}'), 'storageEncrypted'],
]);
