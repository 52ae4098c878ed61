import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { databaseDeletionProtection as rule } from './database-deletion-protection';

itIsAResourceRule(rule, 'warning');

const example = exampleOf('aws:rds/instance:Instance');
itTellsResourcesApart(rule, [
  ['no protection', example('{ deletionProtection: true }'), example('{ deletionProtection: false }'), 'deletionProtection'],
  ['no snapshot of what is no replica', example('{ replicateSourceDb: primary, deletionProtection: true, skipFinalSnapshot: true }'), example('{ deletionProtection: true, skipFinalSnapshot: true }'), 'skipFinalSnapshot'],
]);
