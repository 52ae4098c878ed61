import { itIsARule, itTellsApart, podOfContainer } from '../rule-testing';
import { noRootUser as rule } from './no-root-user';

itIsARule(rule);

const context = (field: string, id: number): string => `securityContext: { ${field}: ${id} }`;

itTellsApart(rule, [
  ['the user root of a pod', podOfContainer('', context('runAsUser', 1)), podOfContainer('', context('runAsUser', 0)), 'spec.securityContext.runAsUser'],
  ['the user root of a container, whatever the pod says',
    podOfContainer(context('runAsUser', 1), context('runAsUser', 1)), podOfContainer(context('runAsUser', 0), context('runAsUser', 1)), 'spec.containers[0].securityContext.runAsUser'],
  ['the group root', podOfContainer(context('runAsGroup', 1)), podOfContainer(context('runAsGroup', 0)), 'spec.containers[0].securityContext.runAsGroup'],
]);
