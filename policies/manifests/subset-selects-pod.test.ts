import { findingsOf, itIsARule, podWith } from '../rule-testing';
import { subsetSelectsPod as rule } from './subset-selects-pod';

itIsARule(rule);

const destination = (host: string, subsets: string, namespace = 'shop'): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web, namespace: ${namespace} }
spec: { host: ${host}, subsets: [${subsets}] }
`;
const service = (selector: string): string => `
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { ${selector} }
`;
const web = service('selector: { app: web }');
const standard = podWith('{ app: web, tier: standard }');
const standardSubset = '{ name: standard, labels: { tier: standard } }';
const premiumSubset = '{ name: premium, labels: { tier: premium } }';

it('points at the one subset that no pod is in', () => {
  const findings = findingsOf(rule, destination('web', `${standardSubset}, ${premiumSubset}`) + web + standard);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ path: 'spec.subsets[1].labels', received: '"tier=premium"' });
  expect(findings[0]?.message).toContain('app=web');
});

it('does not count a pod with the labels of the subset that the Service does not select', () => {
  const other = podWith('{ app: other, tier: premium }');
  expect(findingsOf(rule, destination('web', premiumSubset) + web + standard + other)).toHaveLength(1);
  expect(findingsOf(rule, destination('web', premiumSubset) + web + standard + podWith('{ app: web, tier: premium }'))).toEqual([]);
});

it('finds a subset that contradicts the selector of its Service', () => {
  const selector = service('selector: { app: web, tier: standard }');
  expect(findingsOf(rule, destination('web', premiumSubset) + selector + standard + podWith('{ app: web, tier: premium }'))).toHaveLength(1);
  expect(findingsOf(rule, destination('web', standardSubset) + selector + standard)).toEqual([]);
});

it.each(['web', 'web.shop.svc.cluster.local'])('knows the Service by the host %s', (host) => {
  expect(findingsOf(rule, destination(host, premiumSubset) + web + standard)).toHaveLength(1);
  expect(findingsOf(rule, destination(host, standardSubset) + web + standard)).toEqual([]);
});

it('looks for a short host in the namespace of the rule, for a longer one where it says', () => {
  expect(findingsOf(rule, destination('web', premiumSubset, 'mesh') + web + standard)).toEqual([]);
  expect(findingsOf(rule, destination('web.shop.svc.cluster.local', premiumSubset, 'mesh') + web + standard)).toHaveLength(1);
});

it('does not judge hosts without a Service in the set, or whose Service selects no pods itself', () => {
  expect(findingsOf(rule, destination('api.example.com', premiumSubset) + web + standard)).toEqual([]);
  // Istio does not complete these: destination-rule-host-exists tells that they name nothing.
  for (const host of ['web.shop', 'web.shop.svc']) expect(findingsOf(rule, destination(host, premiumSubset) + web + standard)).toEqual([]);
  expect(findingsOf(rule, destination('"*.shop.svc.cluster.local"', premiumSubset) + web + standard)).toEqual([]);
  expect(findingsOf(rule, destination('web', premiumSubset) + service('ports: [{ port: 80 }]') + standard)).toEqual([]);
});
