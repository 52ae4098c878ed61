import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { databaseBackups as rule } from './database-backups';

itIsAResourceRule(rule);

const example = exampleOf('aws:rds/instance:Instance');
itTellsResourcesApart(rule, [
  ['few days', example('{ backupRetentionPeriod: 7 }'), example('{ backupRetentionPeriod: 6 }'), 'backupRetentionPeriod'],
  ['none on what is no replica', example('{ replicateSourceDb: primary, backupRetentionPeriod: 0 }'), example('{}'), 'backupRetentionPeriod'],
]);
