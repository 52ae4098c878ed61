import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const DATABASE = 'aws:rds/instance:Instance';
const example = exampleOf(DATABASE);

/** Nobody deletes a database by mistake. */
export const databaseDeletionProtection: ResourceRule = {
  id: 'database-deletion-protection',
  title: 'A database cannot be deleted by one call, and leaves a snapshot',
  why: 'One wrong call, or a changed name, deletes the data, and without a last snapshot for good.',
  good: example('{ deletionProtection: true, skipFinalSnapshot: false, finalSnapshotIdentifier: last }'),
  bad: example('{ deletionProtection: false, skipFinalSnapshot: true }'),
  remedy: 'Set deletionProtection to true, and skipFinalSnapshot to false on what is no replica.',
  *check(plan) {
    for (const resource of plan.ofType(DATABASE)) {
      yield* expectInput(resource, ['deletionProtection'], isTrue, 'must be true: anybody who may delete it can do so by one call');
      yield* expectInput(resource, ['skipFinalSnapshot'], (value) => !isTrue(value) || 'replicateSourceDb' in resource.inputs, 'must be false: nothing would be left');
    }
  },
};
