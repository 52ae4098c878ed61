import { expectInput } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const REPOSITORY = 'aws:ecr/repository:Repository';
const example = exampleOf(REPOSITORY);

/** A tag stands for one image for ever. */
export const imageTagsImmutable: ResourceRule = {
  id: 'image-tags-immutable',
  title: 'The tag of an image is never given to another',
  why: 'The same manifest would run other code tomorrow, and a rollback would not bring the old one back.',
  good: example('{ imageTagMutability: IMMUTABLE }'),
  bad: example('{ imageTagMutability: MUTABLE }'),
  remedy: 'Set imageTagMutability to IMMUTABLE.',
  *check(plan) {
    for (const resource of plan.ofType(REPOSITORY)) {
      yield* expectInput(resource, ['imageTagMutability'], (value) => String(value).startsWith('IMMUTABLE'), 'must be IMMUTABLE; MUTABLE is the default');
    }
  },
};
