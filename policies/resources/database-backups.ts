import { numberOf } from '../narrow';
import { expectInput } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const DATABASE = 'aws:rds/instance:Instance';
const example = exampleOf(DATABASE);
const MIN_DAYS = 7;

/** A primary can be restored to any time of the last week. */
export const databaseBackups: ResourceRule = {
  id: 'database-backups',
  title: 'A primary keeps backups for a week or longer',
  why: 'A fault in data is often found days later; what was not kept cannot be restored.',
  good: example('{ backupRetentionPeriod: 14 }'),
  bad: example('{ backupRetentionPeriod: 0 }'),
  remedy: 'Set backupRetentionPeriod to 7 days or more.',
  *check(plan) {
    for (const resource of plan.ofType(DATABASE)) {
      if ('replicateSourceDb' in resource.inputs) continue;
      yield* expectInput(resource, ['backupRetentionPeriod'], (value) => numberOf(value) >= MIN_DAYS, 'must be 7 days or more; without a value RDS keeps none');
    }
  },
};
