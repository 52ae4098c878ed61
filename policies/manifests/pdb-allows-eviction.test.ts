import { exampleAutoscaler, exampleBudget } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { pdbAllowsEviction as rule } from './pdb-allows-eviction';

itIsARule(rule);

const workload = (kind: string, replicas: string, name = 'web'): string => `{ apiVersion: apps/v1, kind: ${kind}, metadata: { name: ${name}, namespace: shop }, spec: { ${replicas} template: { metadata: { labels: { app: web } }, spec: { containers: [] } } } }\n---\n`;
const three = workload('Deployment', 'replicas: 3,');
const minAvailable = 'spec.minAvailable';

itTellsApart(rule, [
  ['maxUnavailable 0', three + exampleBudget('maxUnavailable: 1'), three + exampleBudget('maxUnavailable: 0'), 'spec.maxUnavailable'],
  ['maxUnavailable 0 %', three + exampleBudget('maxUnavailable: "1%"'), three + exampleBudget('maxUnavailable: "0%"'), 'spec.maxUnavailable'],
  ['minAvailable 100 %', exampleBudget('minAvailable: "50%"'), exampleBudget('minAvailable: "100%"'), minAvailable],
  ['as many as there are', three + exampleBudget('minAvailable: 2'), three + exampleBudget('minAvailable: 3'), minAvailable],
  ['a percentage that is rounded up to all', three + exampleBudget('minAvailable: "66%"'), three + exampleBudget('minAvailable: "67%"'), minAvailable],
  ['the only pod', workload('Deployment', 'replicas: 2,') + exampleBudget('minAvailable: 1'), workload('Deployment', '') + exampleBudget('minAvailable: 1'), minAvailable],
  ['as many as the autoscaler leaves', workload('Deployment', '') + exampleAutoscaler('minReplicas: 3') + exampleBudget('minAvailable: 2'), workload('Deployment', '') + exampleAutoscaler('minReplicas: 2') + exampleBudget('minAvailable: 2'), minAvailable],
  ['pods of several workloads together', three + workload('StatefulSet', 'replicas: 1,', 'db') + exampleBudget('minAvailable: 3'), three + workload('StatefulSet', 'replicas: 1,', 'db') + exampleBudget('minAvailable: 4'), minAvailable],
  ['both limits', three + exampleBudget('maxUnavailable: 1'), three + exampleBudget('maxUnavailable: 1\n  minAvailable: 1'), minAvailable],
  ['no limit', three + exampleBudget('maxUnavailable: 1'), three + exampleBudget('unhealthyPodEvictionPolicy: AlwaysAllow'), 'spec.maxUnavailable'],
]);

it('judges numbers only where the number of pods is known', () => {
  expect(findingsOf(rule, exampleBudget('minAvailable: 3'))).toEqual([]);
  expect(findingsOf(rule, workload('DaemonSet', '') + exampleBudget('minAvailable: 3'))).toEqual([]);
  expect(findingsOf(rule, workload('Deployment', 'replicas: 0,') + exampleBudget('minAvailable: 3'))).toEqual([]);
});
