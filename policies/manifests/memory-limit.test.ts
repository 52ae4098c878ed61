import { itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { memoryLimit as rule } from './memory-limit';

itIsARule(rule);

const path = 'spec.containers[0].resources.limits.memory';

itTellsApart(rule, [
  ['no limit', podOfContainer('resources: { limits: { memory: 1 } }'), podOfContainer('resources: { limits: { other: 1 } }'), path],
  ['a request, which limits nothing', podOfContainer('resources: { limits: { memory: 1 } }'), podOfContainer('resources: { requests: { memory: 1 } }'), path],
  ['no limit of the pod as a whole', podOfContainer('', 'resources: { limits: { memory: 1 } }'), podOfContainer('', 'resources: { requests: { memory: 1 } }'), path],
  ['init containers, but not debuggers', podOf('initContainers: [{ resources: { limits: { memory: 1 } } }], ephemeralContainers: [{ name: a }]'), podOf('initContainers: [{ name: a }], ephemeralContainers: [{ name: a }]'),
    'spec.initContainers[0].resources.limits.memory'],
]);
