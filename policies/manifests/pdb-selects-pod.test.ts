import { findingsOf, itIsARule, podWith } from '../rule-testing';
import { pdbSelectsPod as rule } from './pdb-selects-pod';

itIsARule(rule);

const budget = (spec: string): string => `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { maxUnavailable: 1${spec} }
`;
const web = podWith('{ app: web }');

it('shows the selector that matches nothing', () => {
  const [finding] = findingsOf(rule, budget(', selector: { matchLabels: { app: wbe } }') + web);
  expect(finding).toMatchObject({ kind: 'PodDisruptionBudget', path: 'spec.selector', received: '"app=wbe"' });
});

it('judges expressions as well as labels', () => {
  const expression = (operator: string): string => `, selector: { matchExpressions: [{ key: app, operator: ${operator}, values: [web, api] }] }`;
  expect(findingsOf(rule, budget(expression('In')) + web)).toEqual([]);
  expect(findingsOf(rule, budget(expression('NotIn')) + web)).toHaveLength(1);
});

it('takes an empty selector for every pod of its namespace, and a missing one for none', () => {
  expect(findingsOf(rule, budget(', selector: {}') + web)).toEqual([]);
  expect(findingsOf(rule, budget(', selector: {}') + podWith('{ app: web }', 'stock'))).toHaveLength(1);
  expect(findingsOf(rule, budget('') + web)).toMatchObject([{ path: 'spec.selector', received: 'nothing' }]);
});
