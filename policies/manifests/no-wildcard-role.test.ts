import { exampleRole } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { noWildcardRole as rule } from './no-wildcard-role';

itIsARule(rule);

const role = (groups: string, resources: string, verbs: string): string => exampleRole(`{ apiGroups: [${groups}], resources: [${resources}], verbs: [${verbs}] }`);
const right = role('apps', 'deployments', 'get');
itTellsApart(rule, [
  ['any verb', right, role('apps', 'deployments', '"*"'), 'rules[0].verbs'],
  ['any resource', role('apps', 'deployments/*', 'get'), role('apps', '"*"', 'get'), 'rules[0].resources'],
  ['any group', right, role('"*"', 'deployments', 'get'), 'rules[0].apiGroups'],
  ['any path', exampleRole('{ nonResourceURLs: [/metrics/*], verbs: [get] }'), exampleRole('{ nonResourceURLs: ["*"], verbs: [get] }'), 'rules[0].nonResourceURLs'],
  ['any verb of a ClusterRole', right, role('apps', 'deployments', '"*"').replace('kind: Role', 'kind: ClusterRole'), 'rules[0].verbs'],
]);

it('leaves roles alone that Kubernetes brings', () => {
  const controller = role('apps', 'deployments', '"*"').replace('name: web', 'name: "system:controller:web"');
  expect(findingsOf(rule, controller.replace('namespace: shop', 'labels: { kubernetes.io/bootstrapping: rbac-defaults }'))).toEqual([]);
  expect(findingsOf(rule, controller)).toHaveLength(1);
});
