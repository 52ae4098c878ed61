import { findingsOf, itIsARule } from '../rule-testing';
import { noFixedReplicasWithHpa as rule } from './no-fixed-replicas-with-hpa';

itIsARule(rule);

const autoscaler = (target: string, name = 'web'): string => `
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name}, namespace: shop }
spec: { scaleTargetRef: { ${target} }, maxReplicas: 9 }
`;
const workload = (kind: string, replicas: string, namespace = 'shop'): string => `
---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: web, namespace: ${namespace} }
spec: { ${replicas} }
`;
const deployment = 'apiVersion: apps/v1, kind: Deployment, name: web';

it('points at the replicas of the scaled workload, and names the autoscaler', () => {
  const [finding, ...rest] = findingsOf(rule, workload('Deployment', 'replicas: 3') + autoscaler(deployment));
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ kind: 'Deployment', namespace: 'shop', name: 'web', path: 'spec.replicas', received: '3' });
  expect(finding?.message).toContain('HorizontalPodAutoscaler web');
});

it('finds a scaled StatefulSet whose replicas are 0', () => {
  const target = 'apiVersion: apps/v1, kind: StatefulSet, name: web';
  expect(findingsOf(rule, workload('StatefulSet', 'replicas: 0') + autoscaler(target))).toHaveLength(1);
  expect(findingsOf(rule, workload('StatefulSet', 'replicas: null') + autoscaler(target))).toEqual([]);
});

it('leaves replicas alone where the autoscaler is about another kind or namespace', () => {
  expect(findingsOf(rule, workload('StatefulSet', 'replicas: 3') + autoscaler(deployment))).toEqual([]);
  expect(findingsOf(rule, workload('Deployment', 'replicas: 3', 'stock') + autoscaler(deployment))).toEqual([]);
});

it('reports a workload with two autoscalers once', () => {
  const yaml = workload('Deployment', 'replicas: 3') + autoscaler(deployment) + autoscaler(deployment, 'other');
  expect(findingsOf(rule, yaml)).toHaveLength(1);
});
