import { itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { noPrivilegeEscalation as rule } from './no-privilege-escalation';

itIsARule(rule);

const context = (allowed: string): string => `securityContext: { allowPrivilegeEscalation: ${allowed} }`;
const path = 'spec.containers[0].securityContext.allowPrivilegeEscalation';

itTellsApart(rule, [
  ['what is allowed', podOfContainer(context('false')), podOfContainer(context('true')), path],
  ['what is not written', podOfContainer(context('false')), podOfContainer(context('null')), path],
  ['a container without security context', podOfContainer('', 'os: { name: windows }'), podOfContainer('', 'os: { name: linux }'), path],
  ['each container of a pod',
    podOf(`initContainers: [{ ${context('false')} }], containers: [{ ${context('false')} }], ephemeralContainers: [{ ${context('false')} }]`),
    podOf(`initContainers: [{ ${context('true')} }], containers: [{ ${context('false')} }], ephemeralContainers: [{ name: debug }]`),
    'spec.initContainers[0].securityContext.allowPrivilegeEscalation', 'spec.ephemeralContainers[0].securityContext.allowPrivilegeEscalation'],
]);
