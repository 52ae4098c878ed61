import { exampleAutoscaler } from '../relation-examples';
import { itIsARule, itTellsApart } from '../rule-testing';
import { hpaCountsContainer as rule } from './hpa-counts-container';

itIsARule(rule);

const namespace = (labels: string): string => `{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { ${labels} } } }\n---\n`;
const meshed = namespace('istio-injection: enabled');
const deployment = (labels = ''): string => `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web, namespace: shop }, spec: { template: { metadata: { labels: { ${labels} } }, spec: { containers: [] } } } }\n`;
const hpa = (type: string): string => exampleAutoscaler(`maxReplicas: 9\n  metrics: [{ type: Pods }, { type: ${type} }]`);
const path = 'spec.metrics[1].type';

itTellsApart(rule, [
  ['a metric of the whole pod', meshed + deployment() + hpa('ContainerResource'), meshed + deployment() + hpa('Resource'), path],
  ['pods in the mesh', namespace('a: b') + deployment() + hpa('Resource'), meshed + deployment() + hpa('Resource'), path],
  ['a pod that does not stay out', meshed + deployment('sidecar.istio.io/inject: "false"') + hpa('Resource'), meshed + deployment('sidecar.istio.io/inject: "true"') + hpa('Resource'), path],
]);
