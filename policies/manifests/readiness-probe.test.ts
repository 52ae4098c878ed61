import { findingsOf, itIsARule, itTellsApart, podOf } from '../rule-testing';
import { readinessProbe as rule } from './readiness-probe';

itIsARule(rule);

const probe = 'readinessProbe: { tcpSocket: { port: 80 } }';
const service = '\n---\n{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop }, spec: { selector: { app: web } } }';
const path = 'spec.containers[0].readinessProbe';

itTellsApart(rule, [
  ['no probe behind a Service', podOf(`containers: [{ ${probe} }]`) + service, podOf('containers: [{ name: a }]') + service, path],
  ['a pod behind a Service that selects', podOf('containers: [{ name: a }]') + service.replace('{ app: web }', '{}'), podOf('containers: [{ name: a }]') + service, path],
  ['no probe beside a port', podOf(`containers: [{ ${probe}, ports: [{ containerPort: 80 }] }]`), podOf('containers: [{ ports: [{ containerPort: 80 }] }]'), path],
  ['a pod that others connect to', podOf('containers: [{ name: a }]'), podOf('containers: [{ ports: [{ containerPort: 80 }] }]'), path],
  ['more than a port for metrics', podOf('containers: [{ ports: [{ name: http-metrics, containerPort: 90 }] }]'), podOf('containers: [{ ports: [{ name: http-metrics, containerPort: 90 }, { containerPort: 80 }] }]'), path],
  ['each main container', podOf(`containers: [{ ${probe} }, { ${probe}, ports: [{ containerPort: 80 }] }]`), podOf('containers: [{ name: a }, { ports: [{ containerPort: 80 }] }]'), path, 'spec.containers[1].readinessProbe'],
  ['sidecars with a port, but no other init or ephemeral containers',
    podOf(`initContainers: [{ name: a }, { restartPolicy: Always }], containers: [{ ${probe} }], ephemeralContainers: [{ name: a }]`) + service,
    podOf(`initContainers: [{ name: a }, { restartPolicy: Always, ports: [{ containerPort: 80 }] }], containers: [{ ${probe} }], ephemeralContainers: [{ name: a }]`) + service,
    'spec.initContainers[1].readinessProbe'],
]);

it('asks none of a Job', () => {
  const ofKind = (apiVersion: string, kind: string): string =>
    `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: web, namespace: shop }, spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ ports: [{ containerPort: 80 }] }] } } } }${service}`;
  expect(findingsOf(rule, ofKind('batch/v1', 'Job'))).toEqual([]);
  const cronJob = `{ apiVersion: batch/v1, kind: CronJob, metadata: { name: web }, spec: { jobTemplate: { spec: { template: { spec: { containers: [{ ports: [{ containerPort: 80 }] }] } } } } } }`;
  expect(findingsOf(rule, cronJob)).toEqual([]);
  expect(findingsOf(rule, ofKind('apps/v1', 'DaemonSet'))).toHaveLength(1);
});

it('asks none of a pod that a Service of another namespace selects', () => {
  expect(findingsOf(rule, podOf('containers: [{ name: a }]') + service.replace('shop', 'stock'))).toEqual([]);
  expect(findingsOf(rule, podOf('containers: [{ name: a }]') + service)).toHaveLength(1);
});
