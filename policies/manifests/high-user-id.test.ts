import { itIsARule, itTellsApart, podOfContainer } from '../rule-testing';
import { highUserId as rule } from './high-user-id';

itIsARule(rule, {}, 'warning');

const context = (user: number, group: number): string => `securityContext: { runAsUser: ${user}, runAsGroup: ${group} }`;

itTellsApart(rule, [
  ['a low user of a pod', podOfContainer('', context(10_000, 10_000)), podOfContainer('', context(9_999, 10_000)), 'spec.securityContext.runAsUser'],
  ['a low group of a container', podOfContainer(context(10_000, 10_000)), podOfContainer(context(10_000, 9_999)), 'spec.containers[0].securityContext.runAsGroup'],
  ['nothing stated, but on Windows, where users have names', podOfContainer('', 'os: { name: windows }'), podOfContainer('', 'os: { name: linux }'),
    'spec.containers[0].securityContext.runAsUser', 'spec.containers[0].securityContext.runAsGroup'],
  ['only the container that differs from its pod', podOfContainer(context(10_000, 10_000), context(1, 1)), podOfContainer(context(1, 10_000), context(10_000, 1)), 'spec.containers[0].securityContext.runAsUser'],
]);
