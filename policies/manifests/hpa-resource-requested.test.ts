import { exampleAutoscaler } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { hpaResourceRequested as rule } from './hpa-resource-requested';

itIsARule(rule);

const deployment = (containers: string, more = ''): string => `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web, namespace: shop }, spec: { template: { spec: { ${more} containers: [${containers}] } } } }\n`;
const container = (name: string, resources: string): string => `{ name: ${name}, resources: { ${resources} } }`;
const app = container('app', 'requests: { cpu: 1 }');
const metric = (type: string, fields: string, target = 'type: Utilization, averageUtilization: 70'): string => exampleAutoscaler(`maxReplicas: 9\n  metrics: [{ type: Pods, pods: {} }, { ${type}: { ${fields}, target: { ${target} } } }]`);
const cpu = metric('resource', 'name: cpu');
const ofContainer = (name: string): string => metric('containerResource', `name: cpu, container: ${name}`);

itTellsApart(rule, [
  ['one container without a request', deployment(`${app}, ${container('other', 'requests: { cpu: 1 }')}`) + cpu, deployment(`${app}, ${container('other', 'requests: { memory: 1Gi }')}`) + cpu, 'spec.metrics[1].resource'],
  ['a sidecar without a request', deployment(app, `initContainers: [${container('proxy', 'requests: { cpu: 1 }').replace('}', '}, restartPolicy: Always')}],`) + cpu, deployment(app, 'initContainers: [{ name: proxy, restartPolicy: Always }],') + cpu, 'spec.metrics[1].resource'],
  ['a container of its own without a request', deployment(`${app}, { name: other }`) + ofContainer('app'), deployment(`${app}, { name: other }`) + ofContainer('other'), 'spec.metrics[1].containerResource'],
  ['a container that is not there', deployment(app) + ofContainer('app'), deployment(app) + ofContainer('apq'), 'spec.metrics[1].containerResource'],
  ['the metric of autoscaling/v1', deployment(app) + exampleAutoscaler('targetCPUUtilizationPercentage: 70'), deployment('{ name: app }') + exampleAutoscaler('targetCPUUtilizationPercentage: 70'), 'spec.targetCPUUtilizationPercentage'],
]);

it.each([
  ['a limit, which is the request too', deployment(container('app', 'limits: { cpu: 1 }')) + cpu],
  ['an init container that ends', deployment(app, 'initContainers: [{ name: init }],') + cpu],
  ['an amount, which is no share', deployment('{ name: app }') + metric('resource', 'name: cpu', 'type: AverageValue, averageValue: 1')],
  ['a request of the pod as a whole', deployment('{ name: app }', 'resources: { requests: { cpu: 1 } },') + cpu],
  ['the container that the mesh injects', deployment(app) + ofContainer('istio-proxy')],
])('finds nothing wrong with %s', (_, yaml) => {
  expect(findingsOf(rule, yaml)).toEqual([]);
});
