import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { spread as rule } from './spread';

itIsARule(rule);

const workload = (pod: string, spec = 'replicas: 3', kind = 'Deployment'): string =>
  `{ apiVersion: apps/v1, kind: ${kind}, metadata: { name: web, namespace: shop }, spec: { ${spec}, template: { metadata: { labels: { app: web } }, spec: { containers: []${pod} } } } }`;
const constraint = (selector: string): string => `, topologySpreadConstraints: [{ topologyKey: any, labelSelector: ${selector} }]`;
const term = (app: string, key = 'kubernetes.io/hostname'): string => `{ topologyKey: ${key}, labelSelector: { matchLabels: { app: ${app} } } }`;
const required = (podTerm: string): string => `, affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [${podTerm}] } }`;
const preferred = (podTerm: string): string => `, affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: ${podTerm} }] } }`;
const autoscaler = (target: string): string => `\n---\n{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: web, namespace: shop }, spec: { scaleTargetRef: { kind: Deployment, name: ${target} } } }`;
const path = 'spec.template.spec.topologySpreadConstraints';

itTellsApart(rule, [
  ['no constraint', workload(constraint('{ matchLabels: { app: web } }')), workload(''), path],
  ['a constraint for other pods', workload(constraint('{}')), workload(constraint('{ matchLabels: { app: wbe } }')), path],
  ['a constraint for no pods', workload(constraint('{}')), workload(constraint('null')), path],
  ['required anti-affinity to others', workload(required(term('web'))), workload(required(term('api'))), path],
  ['preferred anti-affinity to others', workload(preferred(term('web'))), workload(preferred(term('api'))), path],
  ['anti-affinity in places that say nothing of nodes', workload(required(term('web', 'topology.kubernetes.io/zone'))), workload(required(term('web', 'rack'))), path],
  ['anti-affinity to pods of other namespaces', workload(required(term('web').replace('{', '{ namespaces: [stock, shop],'))), workload(required(term('web').replace('{', '{ namespaces: [stock],'))), path],
  ['anti-affinity in racks rather than regions', workload(required(term('web', 'topology.kubernetes.io/region'))), workload(required(term('web', 'topology.kubernetes.io/rack'))), path],
  ['affinity, which draws together', workload(required(term('web'))), workload(required(term('web')).replace('podAntiAffinity', 'podAffinity')), path],
  ['more than one replica', workload('', 'replicas: 1'), workload('', 'replicas: 2'), path],
  ['a number that is left to others', workload('', 'replicas: 1'), workload('', 'paused: false'), path],
  ['an autoscaler of its own beside one replica', workload('', 'replicas: 1') + autoscaler('api'), workload('', 'replicas: 1') + autoscaler('web'), path],
  ['a StatefulSet, not a DaemonSet', workload('', 'replicas: 3', 'DaemonSet'), workload('', 'replicas: 3', 'StatefulSet'), path],
]);

it('shows the constraints that do not help', () => {
  expect(findingsOf(rule, workload(constraint('null')))).toMatchObject([{ received: 'a list of 1' }]);
});
