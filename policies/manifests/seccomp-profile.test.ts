import { findingsOf, itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { seccompProfile as rule } from './seccomp-profile';

itIsARule(rule);

const context = (type: string): string => `securityContext: { seccompProfile: { type: ${type} } }`;
const path = 'spec.containers[0].securityContext.seccompProfile.type';

itTellsApart(rule, [
  ['an unconfined container', podOfContainer(context('Localhost')), podOfContainer(context('Unconfined')), path],
  ['an unconfined pod, even where each container has its own', podOfContainer(context('RuntimeDefault')), podOfContainer(context('RuntimeDefault'), context('Unconfined')), 'spec.securityContext.seccompProfile.type'],
  ['a container that leaves the profile of its pod', podOfContainer('', context('RuntimeDefault')), podOfContainer(context('Unconfined'), context('RuntimeDefault')), path],
  ['nothing stated, but on Windows, which has none', podOfContainer('', 'os: { name: windows }'), podOfContainer('', 'os: { name: linux }'), path],
  ['the one container without', podOf(`containers: [{ ${context('RuntimeDefault')} }], initContainers: [{ ${context('Localhost')} }]`), podOf(`containers: [{ ${context('RuntimeDefault')} }], initContainers: [{ name: a }]`),
    'spec.initContainers[0].securityContext.seccompProfile.type'],
]);

it('shows the profile', () => {
  expect(findingsOf(rule, podOfContainer(context('Unconfined')))).toMatchObject([{ received: '"Unconfined"' }]);
});
