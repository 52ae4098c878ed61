import { exampleAutoscaler, exampleBudget } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { workloadHasPdb as rule } from './workload-has-pdb';

itIsARule(rule);

const workload = (kind: string, replicas: string, namespace = 'shop'): string => `{ apiVersion: apps/v1, kind: ${kind}, metadata: { name: web, namespace: ${namespace} }, spec: { ${replicas} template: { metadata: { labels: { app: web } }, spec: { containers: [] } } } }\n`;
const budget = exampleBudget('maxUnavailable: 1');
const other = budget.replace('app: web', 'app: api');

itTellsApart(rule, [
  ['a Deployment', workload('Deployment', 'replicas: 2,') + budget, workload('Deployment', 'replicas: 2,'), 'spec.replicas'],
  ['a StatefulSet', workload('StatefulSet', 'replicas: 2,') + budget, workload('StatefulSet', 'replicas: 2,') + other, 'spec.replicas'],
  ['a workload that is scaled', workload('Deployment', '') + exampleAutoscaler('minReplicas: 2') + budget, workload('Deployment', '') + exampleAutoscaler('minReplicas: 2'), 'metadata.name'],
  ['a workload of another namespace', workload('Deployment', 'replicas: 2,') + budget, workload('Deployment', 'replicas: 2,', 'stock') + budget, 'spec.replicas'],
  ['a budget without selector, which selects nothing', workload('Deployment', 'replicas: 2,') + budget.replace(/matchLabels.*}/, '}'), workload('Deployment', 'replicas: 2,') + budget.replace(/  selector.*\n/, ''), 'spec.replicas'],
]);

it.each([
  ['one pod', workload('Deployment', '')],
  ['none', workload('Deployment', 'replicas: 0,')],
  ['one on each node', workload('DaemonSet', '')],
])('asks for no budget where there is %s', (_, yaml) => {
  expect(findingsOf(rule, yaml)).toEqual([]);
});
