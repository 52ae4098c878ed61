import { findingsOf, itIsARule, itTellsApart, podOf } from '../rule-testing';
import { serviceAccountToken as rule } from './service-account-token';

itIsARule(rule);

const path = 'spec.automountServiceAccountToken';
const account = (automount: boolean, namespace = 'shop'): string => `\n---\n{ apiVersion: v1, kind: ServiceAccount, metadata: { name: web, namespace: ${namespace} }, automountServiceAccountToken: ${automount} }`;
const binding = (kind: string, subject: string): string => `\n---\n{ apiVersion: rbac.authorization.k8s.io/v1, kind: ${kind}, metadata: { name: web, namespace: shop }, subjects: [{ ${subject} }] }`;
const web = podOf('serviceAccountName: web');
const right = 'kind: ServiceAccount, name: web, namespace: shop';

itTellsApart(rule, [
  ['a token by default', podOf('automountServiceAccountToken: false'), podOf('automountServiceAccountToken: null'), path],
  ['a token that is asked for', podOf('automountServiceAccountToken: false'), podOf('automountServiceAccountToken: true'), path],
  ['the token of an account', web + account(false), web + account(true), path],
  ['the token of an account under the old name of the field', podOf('serviceAccount: web') + account(false), podOf('serviceAccount: web') + account(true), path],
  ['the account of another namespace', web + account(false), web + account(false, 'stock'), path],
  ['a pod that overrides its account', web + account(false), podOf('serviceAccountName: web, automountServiceAccountToken: true') + account(false), path],
  ['an account without rights', web + binding('RoleBinding', right), web + binding('RoleBinding', 'kind: ServiceAccount, name: other, namespace: shop'), path],
  ['rights of an account of another namespace', web + binding('ClusterRoleBinding', right), web + binding('ClusterRoleBinding', 'kind: ServiceAccount, name: web, namespace: stock'), path],
  ['rights of a user with the same name', web + binding('RoleBinding', right), web + binding('RoleBinding', 'kind: User, name: web, namespace: shop'), path],
]);

it('takes a subject without namespace for one of the namespace of its binding', () => {
  expect(findingsOf(rule, web + binding('RoleBinding', 'kind: ServiceAccount, name: web'))).toEqual([]);
});
