import { expectInput, isFalse, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const DATABASE = 'aws:rds/instance:Instance';
const example = exampleOf(DATABASE);

/** A database is kept current. */
export const databaseUpkeep: ResourceRule = {
  id: 'database-upkeep',
  title: 'A database takes minor upgrades, and its snapshots bear its tags',
  why: 'A minor version mends security holes; a snapshot without tags is charged to nobody and found by nobody.',
  good: example('{ autoMinorVersionUpgrade: true, copyTagsToSnapshot: true }'),
  bad: example('{ autoMinorVersionUpgrade: false, copyTagsToSnapshot: false }'),
  remedy: 'Set autoMinorVersionUpgrade and copyTagsToSnapshot to true.',
  *check(plan) {
    for (const resource of plan.ofType(DATABASE)) {
      yield* expectInput(resource, ['autoMinorVersionUpgrade'], (value) => !isFalse(value), 'must not be false: minor versions mend security holes');
      yield* expectInput(resource, ['copyTagsToSnapshot'], isTrue, 'must be true: snapshots would bear no tags');
    }
  },
};
