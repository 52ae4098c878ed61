import { itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { noPrivilegedContainer as rule } from './no-privileged-container';

itIsARule(rule);

const context = (privileged: string): string => `securityContext: { privileged: ${privileged} }`;

itTellsApart(rule, [
  ['a privileged container', podOfContainer(context('false')), podOfContainer(context('true')), 'spec.containers[0].securityContext.privileged'],
  ['a word that other readers of YAML take for true', podOfContainer('securityContext: { privileged: }'), podOfContainer(context('yes')), 'spec.containers[0].securityContext.privileged'],
  ['privileged init and ephemeral containers',
    podOf(`initContainers: [{ name: a, ${context('false')} }], containers: [], ephemeralContainers: [{ name: c, ${context('false')} }]`),
    podOf(`initContainers: [{ name: a, ${context('true')} }], containers: [], ephemeralContainers: [{ name: c, ${context('true')} }]`),
    'spec.initContainers[0].securityContext.privileged', 'spec.ephemeralContainers[0].securityContext.privileged'],
]);
