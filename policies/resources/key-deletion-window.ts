import { numberOf } from '../narrow';
import { expectInput } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const KEY = 'aws:kms/key:Key';
const example = exampleOf(KEY);
const MIN_DAYS = 14;

/** A key that was deleted by mistake can be had back. */
export const keyDeletionWindow: ResourceRule = {
  id: 'key-deletion-window',
  title: 'A key is not deleted in a hurry',
  why: 'What is encrypted under a deleted key is lost, and the mistake is noticed when somebody needs it.',
  good: example('{ deletionWindowInDays: 30 }'),
  bad: example('{ deletionWindowInDays: 7 }'),
  remedy: 'Set deletionWindowInDays to 14 or more, or leave it at 30.',
  *check(plan) {
    for (const resource of plan.ofType(KEY)) yield* expectInput(resource, ['deletionWindowInDays'], (value) => value === undefined || numberOf(value) >= MIN_DAYS, `must be ${MIN_DAYS} days or more`);
  },
};
