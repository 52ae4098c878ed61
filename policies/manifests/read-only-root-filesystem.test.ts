import { itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { readOnlyRootFilesystem as rule } from './read-only-root-filesystem';

itIsARule(rule);

const context = (readOnly: string): string => `securityContext: { readOnlyRootFilesystem: ${readOnly} }`;
const path = 'spec.containers[0].securityContext.readOnlyRootFilesystem';

itTellsApart(rule, [
  ['a root that can be written', podOfContainer(context('true')), podOfContainer(context('false')), path],
  ['nothing stated, but on Windows, which writes to its root', podOfContainer('', 'os: { name: windows }'), podOfContainer('', 'os: { name: linux }'), path],
  ['an init container, but no debugger', podOf('containers: [], ephemeralContainers: [{ name: debug }]'), podOf('containers: [], initContainers: [{ name: debug }]'),
    'spec.initContainers[0].securityContext.readOnlyRootFilesystem'],
]);
