import { examplePod } from '../examples';
import type { Rule } from '../policy';
import { missingAmounts } from '../container-resources';

/** Every container asks for CPU and memory. */
export const resourceRequests: Rule = {
  id: 'resource-requests',
  title: 'Containers request CPU and memory',
  why: 'The scheduler packs a pod without requests onto a full node, where it is the first to starve and to be evicted, and autoscalers cannot compute its utilization.',
  good: examplePod('resources: { requests: { cpu: 250m, memory: 256Mi } }'),
  bad: examplePod('resources: { requests: { cpu: 250m } }'),
  remedy: 'Set resources.requests.cpu and memory to what the container uses under usual load, or those of the pod as a whole.',
  check: (store) => missingAmounts(store, 'requests', ['cpu', 'memory']),
};
