import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const DATABASE = 'aws:rds/instance:Instance';
const example = exampleOf(DATABASE);

/** The storage of a database is encrypted. */
export const databaseEncrypted: ResourceRule = {
  id: 'database-encrypted',
  title: 'A database is encrypted at rest',
  why: 'A snapshot or a volume that leaves the account can be read by whoever has it, and a database cannot be encrypted later.',
  good: example('{ storageEncrypted: true, kmsKeyId: "${data.arn}" }'),
  bad: example('{ storageEncrypted: false }'),
  remedy: 'Set storageEncrypted to true.',
  *check(plan) {
    for (const resource of plan.ofType(DATABASE)) {
      if ('replicateSourceDb' in resource.inputs) continue;
      yield* expectInput(resource, ['storageEncrypted'], isTrue, 'must be true: RDS does not encrypt unless it is told to');
    }
  },
};
