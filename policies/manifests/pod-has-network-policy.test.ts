import { findingsOf, itIsARule, itTellsApart, podWith } from '../rule-testing';
import { podHasNetworkPolicy as rule } from './pod-has-network-policy';

itIsARule(rule);

const policy = (spec: string, namespace = 'shop'): string => `---\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: a, namespace: ${namespace} }, spec: { ${spec} } }\n`;
const web = podWith('{ app: web }');
const both = 'policyTypes: [Ingress, Egress]';
const path = 'metadata.labels';

itTellsApart(rule, [
  ['a pod that no policy selects', web + policy(`podSelector: { matchLabels: { app: web } }, ${both}`), web + policy(`podSelector: { matchLabels: { app: api } }, ${both}`), path],
  ['a pod of another namespace', web + policy(`podSelector: {}, ${both}`), web + policy(`podSelector: {}, ${both}`, 'stock'), path],
  ['a policy for one direction', web + policy('podSelector: {}, policyTypes: [Ingress]') + policy('podSelector: {}, policyTypes: [Egress]'), web + policy('podSelector: {}, policyTypes: [Egress]'), path],
  ['a policy without types, which is for Ingress', web + policy('podSelector: {}, egress: [{}]'), web + policy('podSelector: {}, ingress: [{}]'), path],
  ['no policy at all', web + policy(`podSelector: {}, ${both}`), web, path],
]);

it('names the direction that is open', () => {
  expect(findingsOf(rule, web + policy('podSelector: {}, policyTypes: [Ingress]'))[0]?.message).toMatch(/for Egress$/);
  expect(findingsOf(rule, web)[0]?.message).toMatch(/for Ingress and Egress$/);
});

it('leaves a pod alone that is in the network of its node', () => {
  expect(findingsOf(rule, '{ apiVersion: v1, kind: Pod, metadata: { name: a, namespace: shop }, spec: { hostNetwork: true } }')).toEqual([]);
});
