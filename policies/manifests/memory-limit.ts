import { examplePod } from '../examples';
import type { Rule } from '../policy';
import { missingAmounts } from '../container-resources';

/** Every container has a memory limit. */
export const memoryLimit: Rule = {
  id: 'memory-limit',
  title: 'Containers have a memory limit',
  why: 'A leak in one container takes the memory of its node, and the kernel kills whichever process it picks.',
  good: examplePod('resources: { limits: { memory: 512Mi } }'),
  bad: examplePod('resources: { requests: { memory: 512Mi } }'),
  remedy: 'Set resources.limits.memory, or that of the pod as a whole.',
  check: (store) => missingAmounts(store, 'limits', ['memory']),
};
