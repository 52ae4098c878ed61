import { itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { cpuLimit as rule } from './cpu-limit';

itIsARule(rule);

const path = 'spec.containers[0].resources.limits.cpu';

itTellsApart(rule, [
  ['no limit', podOfContainer('resources: { limits: { cpu: 1 } }'), podOfContainer('resources: { limits: { other: 1 } }'), path],
  ['a request, which limits nothing', podOfContainer('resources: { limits: { cpu: 1 } }'), podOfContainer('resources: { requests: { cpu: 1 } }'), path],
  ['no limit of the pod as a whole', podOfContainer('', 'resources: { limits: { cpu: 1 } }'), podOfContainer('', 'resources: { requests: { cpu: 1 } }'), path],
  ['init containers, but not debuggers', podOf('initContainers: [{ resources: { limits: { cpu: 1 } } }], ephemeralContainers: [{ name: a }]'), podOf('initContainers: [{ name: a }], ephemeralContainers: [{ name: a }]'),
    'spec.initContainers[0].resources.limits.cpu'],
]);
