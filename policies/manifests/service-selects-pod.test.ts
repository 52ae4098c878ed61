import { findingsOf, itIsARule, podWith } from '../rule-testing';
import { serviceSelectsPod as rule } from './service-selects-pod';

itIsARule(rule);

const service = (spec: string): string => `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { ${spec} }
`;

it('shows the selector that matches nothing', () => {
  const [finding] = findingsOf(rule, service('selector: { app: web, tier: premium }') + podWith('{ app: web, tier: standard }'));
  expect(finding).toMatchObject({ kind: 'Service', name: 'web', path: 'spec.selector', received: '"app=web, tier=premium"' });
});

it('takes a pod with more labels than the selector asks for', () => {
  expect(findingsOf(rule, service('selector: { app: web }') + podWith('{ app: web, tier: premium }'))).toEqual([]);
});

it('does not take a pod of another namespace', () => {
  expect(findingsOf(rule, service('selector: { app: web }') + podWith('{ app: web }', 'stock'))).toHaveLength(1);
});

it('leaves Services alone that do not find their endpoints by labels', () => {
  expect(findingsOf(rule, service('ports: [{ port: 80 }]'))).toEqual([]);
  expect(findingsOf(rule, service('type: ExternalName, externalName: example.com, selector: { app: web }'))).toEqual([]);
  expect(findingsOf(rule, service('type: ClusterIP, selector: { app: web }'))).toHaveLength(1);
});

it('takes the pods of a StatefulSet one by one, by the label that each is given', () => {
  const one = 'selector: { app: web, statefulset.kubernetes.io/pod-name: web-0 }';
  expect(findingsOf(rule, service(one) + podWith('{ app: web }'))).toEqual([]);
  expect(findingsOf(rule, service(one) + podWith('{ app: wbe }'))).toHaveLength(1);
});
