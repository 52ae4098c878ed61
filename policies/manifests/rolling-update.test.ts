import { itIsARule, itTellsApart } from '../rule-testing';
import { rollingUpdate as rule } from './rolling-update';

itIsARule(rule);

const deployment = (strategy: string, pod = 'containers: [{ ports: [{ containerPort: 80 }] }]'): string =>
  `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web, namespace: shop }, spec: { strategy: ${strategy}, template: { metadata: { labels: { app: web } }, spec: { ${pod} } } } }`;
const recreate = '{ type: Recreate }';
const volume = (type: string): string => `containers: [{ ports: [{ containerPort: 80 }] }], volumes: [{ ${type} }]`;
const service = '\n---\n{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop }, spec: { selector: { app: web } } }';

itTellsApart(rule, [
  ['an update all at once', deployment('null'), deployment(recreate), 'spec.strategy.type'],
  ['an update that leaves nobody to serve', deployment('{ rollingUpdate: { maxUnavailable: 25% } }'), deployment('{ rollingUpdate: { maxUnavailable: 100% } }'), 'spec.strategy.rollingUpdate.maxUnavailable'],
  ['pods that others connect to', deployment(recreate, 'containers: []'), deployment(recreate), 'spec.strategy.type'],
  ['pods behind a Service', deployment(recreate, 'containers: []'), deployment(recreate, 'containers: []') + service, 'spec.strategy.type'],
  ['pods whose volumes others may hold', deployment(recreate, volume('persistentVolumeClaim: { claimName: a }')), deployment(recreate, volume('emptyDir: {}')), 'spec.strategy.type'],
]);
