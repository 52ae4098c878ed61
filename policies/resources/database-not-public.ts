import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const DATABASE = 'aws:rds/instance:Instance';
const example = exampleOf(DATABASE);

/** A database is not on the Internet. */
export const databaseNotPublic: ResourceRule = {
  id: 'database-not-public',
  title: 'A database has no public address',
  why: 'What has a public address is found and tried within minutes.',
  good: example('{ publiclyAccessible: false }'),
  bad: example('{ publiclyAccessible: true }'),
  remedy: 'Set publiclyAccessible to false.',
  *check(plan) {
    for (const resource of plan.ofType(DATABASE)) {
      yield* expectInput(resource, ['publiclyAccessible'], (value) => !isTrue(value), 'must be false: only the cluster talks to it');
    }
  },
};
