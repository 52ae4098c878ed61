import { itIsARule, itTellsApart } from '../rule-testing';
import { twoReplicas as rule } from './two-replicas';

itIsARule(rule, {}, 'warning');

const workload = (spec: string, kind = 'Deployment', pod = 'containers: [{ ports: [{ containerPort: 80 }] }]'): string =>
  `{ apiVersion: apps/v1, kind: ${kind}, metadata: { name: web, namespace: shop }, spec: { ${spec}, template: { metadata: { labels: { app: web } }, spec: { ${pod} } } } }`;
const autoscaler = (spec: string, target = 'web'): string => `\n---\n{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: web, namespace: shop }, spec: { scaleTargetRef: { kind: Deployment, name: ${target} }, ${spec} } }`;
const service = '\n---\n{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop }, spec: { selector: { app: web } } }';

itTellsApart(rule, [
  ['one replica', workload('replicas: 2'), workload('replicas: 1'), 'spec.replicas'],
  ['one replica by default', workload('replicas: 2'), workload('replicas: null'), 'spec.replicas'],
  ['a replica rather than a Deployment that is switched off', workload('replicas: 0'), workload('replicas: 1'), 'spec.replicas'],
  ['an autoscaler with a floor of one', workload('replicas: null') + autoscaler('minReplicas: 2'), workload('replicas: null') + autoscaler('minReplicas: 1'), 'spec.minReplicas'],
  ['an autoscaler without a floor', workload('replicas: null') + autoscaler('minReplicas: 2'), workload('replicas: null') + autoscaler('maxReplicas: 9'), 'spec.minReplicas'],
  ['an autoscaler of another Deployment', workload('replicas: null') + autoscaler('minReplicas: 2'), workload('replicas: null') + autoscaler('minReplicas: 2', 'other'), 'spec.replicas'],
  ['an autoscaler of something that is not here', autoscaler('minReplicas: 2', 'other'), autoscaler('minReplicas: 1', 'other'), 'spec.minReplicas'],
  ['an autoscaler of something that does not serve', workload('replicas: null', 'Deployment', 'containers: []') + autoscaler('minReplicas: 2'), workload('replicas: null', 'Deployment', 'containers: []') + autoscaler('minReplicas: 1'), 'spec.minReplicas'],
  ['an autoscaler rather than one that may scale to nothing', autoscaler('minReplicas: 0'), autoscaler('minReplicas: 1'), 'spec.minReplicas'],
  ['a Deployment that serves', workload('replicas: 1', 'Deployment', 'containers: []'), workload('replicas: 1'), 'spec.replicas'],
  ['a Deployment behind a Service', workload('replicas: 1', 'Deployment', 'containers: []'), workload('replicas: 1', 'Deployment', 'containers: []') + service, 'spec.replicas'],
  ['a Deployment, not a StatefulSet', workload('replicas: 1', 'StatefulSet'), workload('replicas: 1'), 'spec.replicas'],
]);
