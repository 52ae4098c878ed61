import { itIsARule, itTellsApart } from '../rule-testing';
import { threeReplicas as rule } from './three-replicas';

itIsARule(rule, {}, 'warning');

const deployment = (replicas: string): string =>
  `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web, namespace: shop }, spec: { replicas: ${replicas}, template: { spec: { containers: [{ ports: [{ containerPort: 80 }] }] } } } }`;
const autoscaler = (minReplicas: number): string => `\n---\n{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: web, namespace: shop }, spec: { scaleTargetRef: { kind: Deployment, name: web }, minReplicas: ${minReplicas} } }`;

itTellsApart(rule, [
  ['two replicas', deployment('3'), deployment('2'), 'spec.replicas'],
  ['an autoscaler with a floor of two', deployment('null') + autoscaler(3), deployment('null') + autoscaler(2), 'spec.minReplicas'],
  ['two, since one is an error of its own', deployment('1'), deployment('2'), 'spec.replicas'],
]);
