import { findingsOf, itIsARule, podWith } from '../rule-testing';
import { networkPolicySelectsPod as rule } from './network-policy-selects-pod';

itIsARule(rule);

const policy = (spec: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { ${spec} }
`;
const from = (peer: string): string => policy(`podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }, ${peer}] }]`);
const pods = (labels: string): string => `podSelector: { matchLabels: ${labels} }`;
const named = (namespace: string): string => `namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${namespace} } }`;
const web = podWith('{ app: web }');

it('finds a policy that protects no pod', () => {
  const [finding] = findingsOf(rule, policy(pods('{ app: wbe }')) + web);
  expect(finding).toMatchObject({ kind: 'NetworkPolicy', path: 'spec.podSelector', received: '"app=wbe"' });
  expect(findingsOf(rule, policy(pods('{ app: web }')) + web)).toEqual([]);
});

it('finds a policy in a namespace without any pods', () => {
  expect(findingsOf(rule, policy(pods('{ app: web }')))).toHaveLength(1);
});

it('takes an empty selector for a default, right even where there are no pods', () => {
  expect(findingsOf(rule, policy('podSelector: {}, policyTypes: [Ingress, Egress]'))).toEqual([]);
  expect(findingsOf(rule, from('{ podSelector: {} }'))).toEqual([]);
});

it('finds a peer in ingress that is not there', () => {
  const [finding] = findingsOf(rule, from(`{ ${pods('{ app: gateway }')} }`) + web);
  expect(finding).toMatchObject({ path: 'spec.ingress[0].from[1].podSelector', received: '"app=gateway"' });
  expect(findingsOf(rule, from(`{ ${pods('{ app: web }')} }`) + web)).toEqual([]);
});

it('finds a peer in egress that is not there', () => {
  const to = (labels: string): string => policy(`podSelector: {}, egress: [{ ports: [{ port: 53 }] }, { to: [{ ${pods(labels)} }] }]`);
  expect(findingsOf(rule, to('{ app: cache }') + web)).toMatchObject([{ path: 'spec.egress[1].to[0].podSelector' }]);
  expect(findingsOf(rule, to('{ app: web }') + web)).toEqual([]);
});

it('looks for a peer in the namespace that its namespaceSelector names', () => {
  const peer = from(`{ ${named('monitoring')}, ${pods('{ app: prometheus }')} }`);
  expect(findingsOf(rule, peer + podWith('{ app: prometheus }', 'monitoring'))).toEqual([]);
  expect(findingsOf(rule, peer + podWith('{ app: grafana }', 'monitoring') + podWith('{ app: prometheus }'))).toHaveLength(1);
});

it('does not judge peers in namespaces that the set does not make pods in, or that are not named', () => {
  expect(findingsOf(rule, from(`{ ${named('kube-system')}, ${pods('{ k8s-app: kube-dns }')} }`) + web)).toEqual([]);
  expect(findingsOf(rule, from(`{ namespaceSelector: { matchLabels: { team: sre } }, ${pods('{ app: prometheus }')} }`) + web)).toEqual([]);
  expect(findingsOf(rule, from(`{ namespaceSelector: {}, ${pods('{ app: prometheus }')} }`) + web)).toEqual([]);
});

it('finds its pods by any of several named namespaces, if all are known', () => {
  const several = 'namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [stock, shop] }] }';
  const peer = from(`{ ${several}, ${pods('{ app: web }')} }`);
  const stock = podWith('{ app: stock }', 'stock');
  expect(findingsOf(rule, peer + web + stock)).toEqual([]);
  expect(findingsOf(rule, peer + podWith('{ app: other }') + stock)).toHaveLength(1);
  expect(findingsOf(rule, peer + podWith('{ app: other }'))).toEqual([]);
});

it('takes the pods of a Job by the labels that the Job controller adds', () => {
  const job = `
---
apiVersion: batch/v1
kind: Job
metadata: { name: migrate, namespace: shop }
spec: { template: { spec: { containers: [{ name: main, image: main:1 }], restartPolicy: Never } } }
`;
  expect(findingsOf(rule, policy(pods('{ batch.kubernetes.io/job-name: migrate }')) + job)).toEqual([]);
  expect(findingsOf(rule, policy(pods('{ batch.kubernetes.io/job-name: other }')) + job)).toHaveLength(1);
});
