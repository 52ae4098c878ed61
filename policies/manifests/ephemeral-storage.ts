import { examplePod } from '../examples';
import type { Rule } from '../policy';
import { missingAmounts } from '../container-resources';

/** Every container requests local storage, and is limited in it. */
export const ephemeralStorage: Rule = {
  id: 'ephemeral-storage',
  title: 'Containers state their local storage',
  why: 'Logs and temporary files of one container fill the disk of its node, which then evicts others.',
  good: examplePod('resources: { requests: { ephemeral-storage: 64Mi }, limits: { ephemeral-storage: 256Mi } }'),
  bad: examplePod('resources: { requests: { ephemeral-storage: 64Mi } }'),
  remedy: 'Set ephemeral-storage in resources.requests and resources.limits.',
  *check(store) {
    yield* missingAmounts(store, 'requests', ['ephemeral-storage']);
    yield* missingAmounts(store, 'limits', ['ephemeral-storage']);
  },
};
