import { definePlatform } from '../platform/define-platform';
import { rechain } from '../platform/rechain';
import type { Platform } from '../platform/spec';
import { buildManifests } from './app';
import { at, find } from './testing';

const charts = buildManifests(rechain, 'production');
const get = (kind: string, name: string, path: string): unknown => at(find(charts, kind, name), path);
const container = 'spec.template.spec.containers.0';

const workloads = ['blockchain-service-standard', 'blockchain-service-premium', 'web4-service', 'web5-service'];
const services = ['blockchain-service', 'web4-service', 'web5-service'];
const serviceOf = (workload: string): string => workload.replace(/-(standard|premium)$/, '');

/** The catalog with web4 changed. */
function withWeb4(change: (service: { -readonly [K in keyof Platform['services'][number]]: Platform['services'][number][K] }) => void): Platform {
  const draft = structuredClone(rechain);
  const service = draft.services.find(({ name }) => name === 'web4-service');
  if (service === undefined) throw new Error('the catalog has no web4-service');
  change(service);
  return definePlatform(draft);
}

test('snapshot', () => {
  expect(charts.find(({ name }) => name.endsWith('blockchain-service'))?.manifests).toMatchSnapshot();
});

describe.each(workloads)('S1: workload %s', (name) => {
  test('has the strategy’s resources and port', () => {
    expect(get('Deployment', name, 'metadata.namespace')).toBe('rechain-vc-lab');
    expect(get('Deployment', name, `${container}.resources`)).toEqual({ requests: { cpu: '250m', memory: '256Mi', 'ephemeral-storage': '64Mi' }, limits: { cpu: '500m', memory: '512Mi', 'ephemeral-storage': '256Mi' } });
    expect(get('Deployment', name, `${container}.ports`)).toEqual([{ name: 'http', containerPort: 8080 }, { name: 'http-metrics', containerPort: 9090 }]);
  });

  test('takes DATABASE_URL and REDIS_URL from their Secrets', () => {
    expect(get('Deployment', name, `${container}.env`)).toEqual(expect.arrayContaining([
      { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'database-secret', key: 'url' } } },
      { name: 'REDIS_URL', valueFrom: { secretKeyRef: { name: 'redis-secret', key: 'url' } } },
    ]));
  });

  test('has the strategy’s probes, and a startup probe', () => {
    expect(get('Deployment', name, `${container}.livenessProbe`)).toMatchObject({ httpGet: { path: '/health', port: 'http' }, initialDelaySeconds: 30, periodSeconds: 10 });
    expect(get('Deployment', name, `${container}.readinessProbe`)).toMatchObject({ httpGet: { path: '/ready', port: 'http' }, initialDelaySeconds: 5, periodSeconds: 5 });
    expect(get('Deployment', name, `${container}.startupProbe`)).toMatchObject({ httpGet: { path: '/health' }, periodSeconds: 2, failureThreshold: 30 });
  });

  test('states no replicas, and never serves less while it rolls', () => {
    expect(get('Deployment', name, 'spec')).not.toHaveProperty('replicas');
    expect(get('Deployment', name, 'spec.strategy')).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } });
  });

  test('sleeps before SIGTERM, within a grace period that covers preStop, hard stop and the sidecar’s drain', () => {
    expect(get('Deployment', name, `${container}.lifecycle`)).toEqual({ preStop: { sleep: { seconds: 5 } } });
    expect(get('Deployment', name, 'spec.template.spec.terminationGracePeriodSeconds')).toBe(5 + 25 + 5 + 5);
    expect(get('ConfigMap', serviceOf(name), 'data')).toMatchObject({ DRAIN_DELAY_SECONDS: '5', HARD_STOP_SECONDS: '25' });
    expect(get('Deployment', name, 'spec.template.metadata.annotations')).toMatchObject({ 'proxy.istio.io/config': '{"terminationDrainDuration":"5s"}' });
  });

  test('runs under the restricted standard with a read-only root', () => {
    expect(get('Deployment', name, 'spec.template.spec.securityContext')).toMatchObject({ runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: 'RuntimeDefault' } });
    expect(get('Deployment', name, `${container}.securityContext`)).toEqual({ allowPrivilegeEscalation: false, privileged: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    expect(get('Deployment', name, 'spec.template.spec.automountServiceAccountToken')).toBe(false);
  });

  test('spreads over zones and hosts', () => {
    const constraints = get('Deployment', name, 'spec.template.spec.topologySpreadConstraints') as { topologyKey: string; labelSelector: unknown }[];
    expect(constraints.map(({ topologyKey }) => topologyKey)).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname']);
    for (const { labelSelector } of constraints) expect(labelSelector).toEqual(get('Deployment', name, 'spec.selector'));
  });

  test('bears a selector of app and tier, which its pods have', () => {
    const selector = get('Deployment', name, 'spec.selector.matchLabels') as Record<string, string>;
    expect(Object.keys(selector)).toEqual(['app', 'tier']);
    expect(get('Deployment', name, 'spec.template.metadata.labels')).toMatchObject(selector);
    expect(get('Deployment', name, 'spec.template.metadata.labels')).not.toHaveProperty(['cdk8s.io/metadata.addr']);
  });

  test('keeps the metrics port out of the mesh and its sidecar native', () => {
    expect(get('Deployment', name, 'spec.template.metadata.annotations')).toMatchObject({ 'sidecar.istio.io/nativeSidecar': 'true', 'traffic.sidecar.istio.io/excludeInboundPorts': '9090', 'traffic.sidecar.istio.io/excludeOutboundPorts': '5432,6379' });
  });

  test('is one PodDisruptionBudget’s, which lets one pod go', () => {
    expect(get('PodDisruptionBudget', name, 'spec')).toEqual({ selector: get('Deployment', name, 'spec.selector'), maxUnavailable: '10%', unhealthyPodEvictionPolicy: 'AlwaysAllow' });
  });
});

describe('S3: autoscalers', () => {
  test.each([['blockchain-service-standard', 100], ['blockchain-service-premium', 50], ['web4-service', 100], ['web5-service', 100]])('%s scales from 3 to %i', (name, maxReplicas) => {
    expect(get('HorizontalPodAutoscaler', name, 'spec')).toMatchObject({ minReplicas: 3, maxReplicas, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name } });
  });

  test.each(workloads)('%s: CPU 70 % and memory 80 % of the container, 100 requests/s a pod', (name) => {
    expect(get('HorizontalPodAutoscaler', name, 'spec.metrics')).toEqual([
      { type: 'ContainerResource', containerResource: { container: 'app', name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      { type: 'ContainerResource', containerResource: { container: 'app', name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } } },
      { type: 'Pods', pods: { metric: { name: 'http_requests_per_second' }, target: { type: 'AverageValue', averageValue: expect.anything() } } },
    ]);
    expect(Number(get('HorizontalPodAutoscaler', name, 'spec.metrics.2.pods.target.averageValue'))).toBe(100);
  });

  test.each(workloads)('%s: both behaviors are the strategy’s', (name) => {
    expect(get('HorizontalPodAutoscaler', name, 'spec.behavior')).toEqual({
      scaleUp: { stabilizationWindowSeconds: 60, selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }, { type: 'Pods', value: 10, periodSeconds: 15 }] },
      scaleDown: { stabilizationWindowSeconds: 300, selectPolicy: 'Min', policies: [{ type: 'Percent', value: 10, periodSeconds: 60 }, { type: 'Pods', value: 2, periodSeconds: 60 }] },
    });
  });

  test('document their rate of change as computed minutes', () => {
    expect(get('HorizontalPodAutoscaler', 'web4-service', 'metadata.annotations')).toEqual({
      'rechain.network/scale-up': 'confirmed: 3 to 100 pods in 1 min, after a window of 60 s',
      'rechain.network/scale-down': 'cautious: 100 to 3 pods in 52 min, after a window of 300 s',
    });
  });

  test('two services of different load come from the same constructs', () => {
    const platform = withWeb4((service) => {
      if (service.tiers.kind === 'untiered') Object.assign(service.tiers.scaling, { minReplicas: 6, maxReplicas: 80, requestsPerSecondPerPod: 250 });
    });
    const spec = (name: string) => find(buildManifests(platform, 'production'), 'HorizontalPodAutoscaler', name)['spec'];
    expect(spec('web4-service')).toMatchObject({ minReplicas: 6, maxReplicas: 80, metrics: [{}, {}, { pods: { target: { averageValue: 250 } } }] });
    expect(spec('web5-service')).toMatchObject({ minReplicas: 3, maxReplicas: 100, metrics: [{}, {}, { pods: { target: { averageValue: 100 } } }] });
  });

  test('memory taken out of scaling is no metric', () => {
    const platform = withWeb4((service) => {
      if (service.tiers.kind === 'untiered') Object.assign(service.tiers.scaling, { memory: { kind: 'none', reason: 'test' } });
    });
    expect(JSON.stringify(find(buildManifests(platform, 'production'), 'HorizontalPodAutoscaler', 'web4-service'))).not.toContain('memory');
  });
});

describe.each(services)('S2, S4, S5: %s', (name) => {
  test('is a ClusterIP from 80 to 8080, with named ports', () => {
    expect(get('Service', name, 'spec')).toEqual({
      type: 'ClusterIP',
      selector: { app: name },
      ports: [{ name: 'http', appProtocol: 'http', port: 80, targetPort: 8080 }, { name: 'http-metrics', appProtocol: 'http', port: 9090, targetPort: 9090 }],
    });
  });

  test('has the strategy’s traffic policy, in the fields that exist', () => {
    expect(get('DestinationRule', name, 'apiVersion')).toBe('networking.istio.io/v1');
    expect(get('DestinationRule', name, 'spec.trafficPolicy')).toMatchObject({
      loadBalancer: { simple: 'LEAST_REQUEST' },
      connectionPool: { tcp: { maxConnections: 100 }, http: { http1MaxPendingRequests: 50, maxRequestsPerConnection: 10 } },
      outlierDetection: { consecutive5xxErrors: 5, interval: '30s', baseEjectionTime: '30s', maxEjectionPercent: 50 },
    });
  });

  test('states timeout and retries, which repeat nothing that reached a server', () => {
    for (const route of get('VirtualService', name, 'spec.http') as unknown[]) {
      expect(route).toMatchObject({ timeout: '10s', retries: { attempts: 2, perTryTimeout: '10s', retryOn: 'connect-failure,refused-stream' } });
    }
  });

  test('its DestinationRule is applied before its VirtualService', () => {
    const kinds = charts.find((chart) => chart.name.endsWith(name))?.manifests.map(({ kind }) => kind) ?? [];
    expect(kinds.indexOf('DestinationRule')).toBeGreaterThan(-1);
    expect(kinds.indexOf('DestinationRule')).toBeLessThan(kinds.indexOf('VirtualService'));
  });

  test('only the gateway calls it, under mutual TLS', () => {
    expect(get('PeerAuthentication', name, 'spec')).toEqual({ selector: { matchLabels: { app: name } }, mtls: { mode: 'STRICT' } });
    expect(get('AuthorizationPolicy', name, 'spec')).toEqual({
      selector: { matchLabels: { app: name } },
      action: 'ALLOW',
      rules: [{ from: [{ source: { principals: ['cluster.local/ns/rechain-vc-lab/sa/gateway'] } }], to: [{ operation: { ports: ['8080'] } }] }],
    });
  });

  test('is scraped on its metrics port by the monitoring namespace alone', () => {
    expect(get('ServiceMonitor', name, 'spec')).toMatchObject({ selector: { matchLabels: { app: name } }, endpoints: [{ port: 'http-metrics', path: '/metrics', honorLabels: true }] });
    expect(get('NetworkPolicy', `${name}-ingress`, 'spec.ingress')).toEqual([
      { from: [{ podSelector: { matchLabels: { app: 'gateway' } } }], ports: [{ port: 8080, protocol: 'TCP' }] },
      { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }], ports: [{ port: 9090, protocol: 'TCP' }] },
    ]);
  });

  test('reaches DNS, istiod, and Postgres and Redis as the catalog’s address blocks', () => {
    const egress = JSON.stringify(get('NetworkPolicy', `${name}-egress`, 'spec.egress'));
    expect(egress).toContain('"port":53');
    expect(egress).toContain('"port":15012');
    expect(get('NetworkPolicy', `${name}-egress`, 'spec.egress.2')).toEqual({
      to: rechain.network.databases.map((cidr) => ({ ipBlock: { cidr } })),
      ports: [{ port: 5432, protocol: 'TCP' }, { port: 6379, protocol: 'TCP' }],
    });
  });

  test('migrates in a Job named by the image’s version, whose pods no Service selects', () => {
    const job = find(charts, 'Job', `${name}-migrate-1-0-0`);
    expect(at(job, `${container}.args`)).toEqual(['migrate']);
    expect(at(job, 'spec.template.spec.restartPolicy')).toBe('Never');
    expect(at(job, 'spec.template.metadata.labels.app')).toBe(`${name}-migrate`);
    expect(at(job, 'spec.template.metadata.annotations')).toMatchObject({ 'sidecar.istio.io/nativeSidecar': 'true' });
  });
});

describe('S4: tiers', () => {
  test('premium clients go to the premium subset, everyone else to standard', () => {
    expect(get('VirtualService', 'blockchain-service', 'spec.http')).toMatchObject([
      { match: [{ headers: { 'user-type': { exact: 'premium' } } }], route: [{ destination: { host: 'blockchain-service', subset: 'premium' } }] },
      { route: [{ destination: { host: 'blockchain-service', subset: 'standard' } }] },
    ]);
    expect(get('VirtualService', 'blockchain-service', 'spec.http.1')).not.toHaveProperty('match');
  });

  test('each subset has pods of its own', () => {
    const subsets = get('DestinationRule', 'blockchain-service', 'spec.subsets') as { name: string; labels: Record<string, string> }[];
    expect(subsets.map(({ name }) => name)).toEqual(['standard', 'premium']);
    for (const { name, labels } of subsets) expect(get('Deployment', `blockchain-service-${name}`, 'spec.template.metadata.labels')).toMatchObject({ app: 'blockchain-service', ...labels });
  });

  test.each(['web4-service', 'web5-service'])('%s has none, and runs as standard', (name) => {
    expect(get('DestinationRule', name, 'spec')).not.toHaveProperty('subsets');
    expect(get('Deployment', name, `${container}.env`)).toContainEqual({ name: 'TIER', value: 'standard' });
  });
});

describe('configuration', () => {
  test('a changed value rolls the pods of its service and of no other', () => {
    const after = buildManifests(withWeb4((service) => { service.environment = { FEATURE: 'on' }; }), 'production');
    const checksum = (built: typeof charts, name: string) => (at(find(built, 'Deployment', name), 'spec.template.metadata.annotations') as Record<string, string>)['checksum/config'];
    expect(checksum(after, 'web4-service')).not.toBe(checksum(charts, 'web4-service'));
    expect(checksum(after, 'web5-service')).toBe(checksum(charts, 'web5-service'));
  });

  test('bounds the heap below the memory target', () => {
    const { heap: { oldSpaceMiB, overheadMiB } = { oldSpaceMiB: NaN, overheadMiB: NaN } } = rechain.services[0] ?? {};
    expect(get('ConfigMap', 'blockchain-service', 'data.NODE_OPTIONS')).toBe(`--max-old-space-size=${oldSpaceMiB} --max-semi-space-size=4`);
    expect(oldSpaceMiB + overheadMiB).toBeLessThan(256 * 0.8);
  });

  test('only flexible services tolerate spot nodes', () => {
    expect(get('Deployment', 'web4-service', 'spec.template.spec.tolerations')).toEqual([{ key: 'rechain.network/capacity', operator: 'Equal', value: 'spot', effect: 'NoSchedule' }]);
    expect(get('Deployment', 'web5-service', 'spec.template.spec')).not.toHaveProperty('tolerations');
  });

  test('only a service that invalidates the CDN reaches its API, and never the VPC that way', () => {
    expect(get('NetworkPolicy', 'web4-service-egress', 'spec.egress.3.to')).toEqual([{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/16', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'] } }]);
    expect(JSON.stringify(find(charts, 'NetworkPolicy', 'web5-service-egress'))).not.toContain('0.0.0.0/0');
  });

  test('a service without a database has no migration, no secret of it and no way to it', () => {
    const built = buildManifests(withWeb4((service) => { service.database = 'none'; service.cache = 'none'; }), 'production');
    const chart = built.find(({ name }) => name.endsWith('web4-service'));
    expect(chart?.manifests.map(({ kind }) => kind)).not.toContain('Job');
    expect(JSON.stringify(chart)).not.toMatch(/database-secret|redis-secret|5432|6379/);
  });

  test('a digest names the Job and the version label by its first digits', () => {
    const built = buildManifests(withWeb4((service) => { service.image = `rechain/web4-service@sha256:${'0123456789ab'.padEnd(64, 'c')}`; }), 'production');
    expect(find(built, 'Job', 'web4-service-migrate-0123456789ab')).toBeDefined();
    expect(at(find(built, 'Deployment', 'web4-service'), `${container}.imagePullPolicy`)).toBe('IfNotPresent');
  });
});
