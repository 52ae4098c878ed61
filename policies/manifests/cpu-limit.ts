import { examplePod } from '../examples';
import type { Rule } from '../policy';
import { missingAmounts } from '../container-resources';

/** Every container has a CPU limit. */
export const cpuLimit: Rule = {
  id: 'cpu-limit',
  title: 'Containers have a CPU limit',
  why: 'A container without one is as fast as its neighbors let it be: load tests promise what a full node does not keep.',
  good: examplePod('resources: { limits: { cpu: 500m } }'),
  bad: examplePod('resources: { requests: { cpu: 500m } }'),
  remedy: 'Set resources.limits.cpu, or that of the pod as a whole; where throttling would hurt more than neighbors do, record an exception.',
  check: (store) => missingAmounts(store, 'limits', ['cpu']),
};
