import { findingsOf, itIsARule, itTellsApart, podOfContainer } from '../rule-testing';
import { restrictedSelinux as rule } from './restricted-selinux';

itIsARule(rule);

const context = (options: string): string => `securityContext: { seLinuxOptions: { ${options} } }`;
const twins = (what: string, right: string, wrong: string, field: string): [string, string, string, string][] => [
  [`${what} of a container`, podOfContainer(context(right)), podOfContainer(context(wrong)), `spec.containers[0].securityContext.seLinuxOptions.${field}`],
  [`${what} of a pod`, podOfContainer('', context(right)), podOfContainer('', context(wrong)), `spec.securityContext.seLinuxOptions.${field}`],
];

itTellsApart(rule, [
  ...twins('a type that is not confined', 'type: container_init_t', 'type: spc_t', 'type'),
  ...twins('a type that only begins like that of a container', 'type: container_kvm_t', 'type: container_kvm', 'type'),
  ...twins('a type of its own', 'type: container_engine_t', 'type: engine_t', 'type'),
  ...twins('a user', 'user: ""', 'user: system_u', 'user'),
  ...twins('a role', 'level: s0', 'role: system_r', 'role'),
]);

it('says what may be written', () => {
  expect(findingsOf(rule, podOfContainer(context('role: a, type: b'))).map(({ message }) => message)).toEqual(['must be left out', 'is none of the types of containers']);
});
