import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const KEY = 'aws:kms/key:Key';
const example = exampleOf(KEY);

/** AWS rotates no others. */
function isSymmetric({ customerMasterKeySpec = 'SYMMETRIC_DEFAULT' }: Readonly<Record<string, unknown>>): boolean {
  return customerMasterKeySpec === 'SYMMETRIC_DEFAULT';
}

/** A key does not open everything for ever. */
export const keyRotation: ResourceRule = {
  id: 'key-rotation',
  title: 'A key is changed every year',
  why: 'The longer a key is used, the more it opens for whoever gets it.',
  good: example('{ enableKeyRotation: true }'),
  bad: example('{ enableKeyRotation: false }'),
  remedy: 'Set enableKeyRotation to true.',
  *check(plan) {
    for (const resource of plan.ofType(KEY)) {
      if (isSymmetric(resource.inputs)) yield* expectInput(resource, ['enableKeyRotation'], isTrue, 'must be true; the default is false');
    }
  },
};
