import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { noClusterAdmin as rule } from './no-cluster-admin';

itIsARule(rule);

const binding = (kind: string, role: string, subject = 'kind: ServiceAccount, name: web', name = 'web'): string =>
  `{ apiVersion: rbac.authorization.k8s.io/v1, kind: ${kind}, metadata: { name: "${name}" }, roleRef: { kind: ClusterRole, name: ${role} }, subjects: [{ ${subject} }] }`;

itTellsApart(rule, [
  ['all rights in a namespace', binding('RoleBinding', 'admin'), binding('RoleBinding', 'cluster-admin'), 'roleRef.name'],
  ['rights of everybody', binding('ClusterRoleBinding', 'view', 'kind: Group, name: "team:web"'), binding('ClusterRoleBinding', 'view', 'kind: Group, name: "system:authenticated"'), 'subjects[0].name'],
  ['rights of nobody', binding('ClusterRoleBinding', 'view', 'kind: User, name: ann'), binding('ClusterRoleBinding', 'view', 'kind: User, name: "system:anonymous"'), 'subjects[0].name'],
]);

it('leaves bindings alone that Kubernetes brings', () => {
  const masters = binding('ClusterRoleBinding', 'cluster-admin', 'kind: Group, name: "system:masters"', 'system:basic');
  expect(findingsOf(rule, masters.replace('name: "system:basic"', 'name: "system:basic", labels: { kubernetes.io/bootstrapping: rbac-defaults }'))).toEqual([]);
  // The name alone is nothing that Kubernetes guards.
  expect(findingsOf(rule, masters)).toHaveLength(2);
});
