import { networkPolicySelectsPod } from './manifests/network-policy-selects-pod';
import { pdbSelectsPod } from './manifests/pdb-selects-pod';
import { serviceSelectsPod } from './manifests/service-selects-pod';
import { findingsOf } from './rule-testing';

/** Pods that an operator makes are in no file; the object by which it does is. */

const selecting = {
  NetworkPolicy: [networkPolicySelectsPod, (labels: string) => `{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: a, namespace: shop }, spec: { podSelector: { matchLabels: ${labels} } } }\n---\n`],
  'peer of a NetworkPolicy': [networkPolicySelectsPod, (labels: string) => `{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: a, namespace: shop }, spec: { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: ${labels} } }] }] } }\n---\n`],
  PodDisruptionBudget: [pdbSelectsPod, (labels: string) => `{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: a, namespace: shop }, spec: { maxUnavailable: 1, selector: { matchLabels: ${labels} } } }\n---\n`],
  Service: [serviceSelectsPod, (labels: string) => `{ apiVersion: v1, kind: Service, metadata: { name: a, namespace: shop }, spec: { selector: ${labels} } }\n---\n`],
} as const;
const custom = (apiVersion: string, kind: string, name: string, namespace = 'shop'): string => `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: ${name}, namespace: ${namespace} } }\n`;

const evidence: readonly (readonly [what: string, labels: string, right: string, wrong: string])[] = [
  ['its name', '{ prometheus: main }', custom('monitoring.coreos.com/v1', 'Prometheus', 'main'), custom('monitoring.coreos.com/v1', 'Prometheus', 'other')],
  ['its kind', '{ app.kubernetes.io/name: prometheus }', custom('monitoring.coreos.com/v1', 'Prometheus', 'main'), custom('monitoring.coreos.com/v1', 'Alertmanager', 'main')],
  ['its group', '{ strimzi.io/pool: brokers }', custom('kafka.strimzi.io/v1', 'Kafka', 'log'), custom('postgresql.cnpg.io/v1', 'Cluster', 'log')],
  ['its namespace', '{ cnpg.io/cluster: orders }', custom('postgresql.cnpg.io/v1', 'Cluster', 'orders'), custom('postgresql.cnpg.io/v1', 'Cluster', 'orders', 'stock')],
  ['a kind that makes pods', '{ app: web }', custom('argoproj.io/v1alpha1', 'Rollout', 'web'), custom('monitoring.coreos.com/v1', 'ServiceMonitor', 'web')],
  ['a group that makes pods', '{ app: web }', custom('argoproj.io/v1alpha1', 'Rollout', 'web'), custom('networking.istio.io/v1', 'Sidecar', 'web')],
];

describe.each(Object.entries(selecting))('a %s', (_, [rule, select]) => {
  it.each(evidence)('may select pods of an operator by %s', (_what, labels, right, wrong) => {
    expect(findingsOf(rule, select(labels) + right)).toEqual([]);
    expect(findingsOf(rule, select(labels) + wrong)).toHaveLength(1);
  });
});
