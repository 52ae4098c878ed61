import { itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { resourceRequests as rule } from './resource-requests';

itIsARule(rule);

const both = 'cpu: 1, memory: 1Gi';
const requests = 'spec.containers[0].resources.requests';

itTellsApart(rule, [
  ['a missing CPU request', podOfContainer(`resources: { requests: { ${both} } }`), podOfContainer('resources: { requests: { memory: 1Gi } }'), `${requests}.cpu`],
  ['a missing memory request', podOfContainer(`resources: { requests: { ${both} } }`), podOfContainer('resources: { requests: { cpu: 1, memory: null } }'), `${requests}.memory`],
  ['a request for nothing', podOfContainer(`resources: { requests: { ${both} } }`), podOfContainer('resources: { requests: { cpu: "0", memory: 0 } }'), `${requests}.cpu`, `${requests}.memory`],
  ['no limit either, which would be the request', podOfContainer(`resources: { limits: { ${both} } }`), podOfContainer('resources: { limits: { memory: 1Gi } }'), `${requests}.cpu`],
  ['nothing of the pod as a whole', podOfContainer('', `resources: { requests: { ${both} } }`), podOfContainer('', 'resources: { limits: { cpu: 1 } }'), `${requests}.memory`],
  ['init containers and sidecars, but not debuggers',
    podOf(`initContainers: [{ resources: { requests: { ${both} } } }, { restartPolicy: Always, resources: { requests: { ${both} } } }], ephemeralContainers: [{ name: a }]`),
    podOf('initContainers: [{ resources: { requests: { memory: 1 } } }, { restartPolicy: Always, resources: { requests: { cpu: 1 } } }], ephemeralContainers: [{ name: a }]'),
    'spec.initContainers[0].resources.requests.cpu', 'spec.initContainers[1].resources.requests.memory'],
]);
