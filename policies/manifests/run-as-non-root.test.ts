import { itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { runAsNonRoot as rule } from './run-as-non-root';

itIsARule(rule);

const context = (nonRoot: string): string => `securityContext: { runAsNonRoot: ${nonRoot} }`;
const ofContainer = 'spec.containers[0].securityContext.runAsNonRoot';

itTellsApart(rule, [
  ['a container that may run as root', podOfContainer(context('true')), podOfContainer(context('false')), ofContainer],
  ['a pod that says nothing', podOfContainer('', context('true')), podOfContainer('', context('null')), ofContainer],
  ['a container that takes back what the pod demands', podOfContainer(context('null'), context('true')), podOfContainer(context('false'), context('true')), ofContainer],
  ['a pod that allows root to containers to come', podOfContainer(context('true')), podOfContainer(context('true'), context('false')), 'spec.securityContext.runAsNonRoot'],
  ['the one container of three that is left out',
    podOf(`initContainers: [{ ${context('true')} }], containers: [{ ${context('true')} }], ephemeralContainers: [{ ${context('true')} }]`),
    podOf(`initContainers: [{ ${context('true')} }], containers: [{ ${context('true')} }], ephemeralContainers: [{ name: debug }]`),
    'spec.ephemeralContainers[0].securityContext.runAsNonRoot'],
]);
