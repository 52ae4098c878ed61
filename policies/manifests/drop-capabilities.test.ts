import { itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { dropCapabilities as rule } from './drop-capabilities';

itIsARule(rule);

const context = (capabilities: string): string => `securityContext: { capabilities: { ${capabilities} } }`;
const capabilities = 'spec.containers[0].securityContext.capabilities';

itTellsApart(rule, [
  ['only some dropped', podOfContainer(context('drop: [NET_RAW, ALL]')), podOfContainer(context('drop: [NET_RAW, CHOWN]')), `${capabilities}.drop`],
  ['a name that Linux does not know', podOfContainer(context('drop: [ALL]')), podOfContainer(context('drop: [all]')), `${capabilities}.drop`],
  ['added ones but the harmless', podOfContainer(context('drop: [ALL], add: [NET_BIND_SERVICE]')), podOfContainer(context('drop: [ALL], add: [NET_BIND_SERVICE, SYS_ADMIN, CHOWN]')), `${capabilities}.add[1]`, `${capabilities}.add[2]`],
  ['nothing stated, but on Windows, which has none', podOfContainer('', 'os: { name: windows }'), podOfContainer('', 'os: { name: linux }'), `${capabilities}.drop`],
  ['init and ephemeral containers',
    podOf(`initContainers: [{ ${context('drop: [ALL]')} }], containers: [], ephemeralContainers: [{ ${context('drop: [ALL]')} }]`),
    podOf(`initContainers: [{ ${context('drop: []')} }], containers: [], ephemeralContainers: [{ name: debug }]`),
    'spec.initContainers[0].securityContext.capabilities.drop', 'spec.ephemeralContainers[0].securityContext.capabilities.drop'],
]);
