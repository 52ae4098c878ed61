import { CircuitState } from 'cockatiel';
import { buildManifests, type Manifest } from '../charts/app';
import { environmentNames } from '../platform/spec';
import { KEY_COOKIES, KEY_HEADERS } from '../infra/cdn-plan';
import { kubernetesVersions } from '../platform/aws-capabilities';
import { rechain } from '../platform/rechain';
import { eksStandardSupport } from '../policies/eks-versions';
import { ConfigurationError, parseConfiguration, replicatedData, shardedData } from '../services/lib/config';
import { CONSISTENCY_COOKIE, CONSISTENCY_HEADER } from '../services/lib/consistency-token';
import { httpDurationBuckets, Metrics } from '../services/lib/metrics';
import { exportCacheMetrics } from '../services/lib/cache-metrics';
import { exportReplicaLag } from '../services/lib/replica-lag';
import { certificateFor } from '../services/lib/testing/certificate';

/** What folders that may not import each other have agreed on. */

interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}
interface PodSpec {
  readonly containers: readonly { readonly env?: readonly EnvironmentVariable[]; readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[] }[];
}

/** Plausible values of the Secrets that the catalog names. */
const secrets: Readonly<Record<string, string>> = {
  'database-secret/url': 'postgres://app:secret@primary.internal:5432/app',
  'database-secret/replica-urls': 'postgres://app:secret@replica-0.internal:5432/app,postgres://app:secret@replica-1.internal:5432/app',
  'database-secret/shard-urls': [0, 1, 2, 3].map((shard) => `postgres://app:secret@shard-${shard}.internal:5432/app`).join(','),
  'redis-secret/url': 'rediss://:secret@cache.internal:6379',
  'cdn-secret/distribution-id': 'E2QWRUHAPOMQZL',
};

/** The variables that the kubelet would give a pod's container. */
function environmentOf(manifest: Manifest, manifests: readonly Manifest[]): Record<string, string> {
  const { template } = manifest['spec'] as { template: { spec: PodSpec } };
  const [container] = template.spec.containers;
  const configured = (container?.envFrom ?? []).map(({ configMapRef }) => manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef.name)?.['data'] as Record<string, string>);
  const own = (container?.env ?? []).map(({ name, value, valueFrom }) => [name, value ?? secrets[`${valueFrom?.secretKeyRef.name}/${valueFrom?.secretKeyRef.key}`] ?? 'missing']);
  return Object.assign({}, ...configured, Object.fromEntries(own)) as Record<string, string>;
}

const needs = { 'blockchain-service': shardedData, 'web4-service': replicatedData, 'web5-service': replicatedData } as const;
type ServiceName = keyof typeof needs;

describe.each(environmentNames)('environments that charts generate for %s', (environment) => {
  const manifests = buildManifests(rechain, environment).flatMap((chart) => chart.manifests);
  const workloads = manifests.filter(({ kind, metadata }) => (kind === 'Deployment' || kind === 'Job') && metadata.name !== 'gateway');
  const { ca } = certificateFor('primary.internal');

  test.each(workloads.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))('%s: the service accepts it', (_name, manifest) => {
    const service = manifest.metadata.labels?.['app.kubernetes.io/name'] as ServiceName;
    const variables = environmentOf(manifest, manifests);
    const configuration = parseConfiguration<unknown>(variables, needs[service], () => ca);
    expect(configuration).toMatchObject({ service, environment, listen: { port: 8080, metricsPort: 9090 }, shutdown: { drainDelaySeconds: 5, hardStopSeconds: 25 } });
  });

  test('the service that invalidates the CDN knows which one', () => {
    const configured = Object.fromEntries(workloads.map((manifest) => {
      const service = manifest.metadata.labels?.['app.kubernetes.io/name'] as ServiceName;
      return [manifest.metadata.name, parseConfiguration<unknown>(environmentOf(manifest, manifests), needs[service], () => ca).cdn];
    }));
    expect(configured).toMatchObject({ 'web4-service': { kind: 'cloudfront', distributionId: 'E2QWRUHAPOMQZL' }, 'web5-service': { kind: 'none' } });
  });

  test('one without its Secret is refused', () => {
    const web4 = workloads.find(({ metadata }) => metadata.name === 'web4-service');
    if (web4 === undefined) throw new Error('no web4-service');
    const variables = environmentOf(web4, manifests);
    delete variables['DATABASE_URL'];
    expect(() => parseConfiguration<unknown>(variables, replicatedData, () => ca)).toThrow(ConfigurationError);
  });
});

describe('metrics that alerts, dashboards and autoscalers ask for', () => {
  test('latency objectives are buckets of http_request_duration_seconds', () => {
    for (const { objective } of rechain.services) expect(httpDurationBuckets).toContain(objective.latencySeconds);
  });

  test('are exported by the services, or by the cluster', async () => {
    const asked = JSON.stringify(buildManifests(rechain, 'production').find(({ name }) => name.endsWith('observability'))?.manifests);
    const names = new Set(asked.match(/\b(http|database|cache|kube|container|user|transaction)s?_[a-z_]+(?=\{)/g));
    const { registry } = new Metrics(['any']);
    exportReplicaLag([], registry);
    const status = { entries: 0, bytes: 0, staleAnswers: 0, invalidations: { own: 0, heard: 0 }, redis: { breakerState: 0, errors: 0, isLive: true } };
    exportCacheMetrics({ status }, { status: { breakerState: CircuitState.Open, errors: 3, waiting: 4 } }, registry);
    const exported = await registry.metrics();
    expect(exported).toMatch(/^cache_errors_total\{layer="cdn"\} 3$/m);
    expect(exported).toMatch(/^cache_breaker_state\{layer="cdn"\} 2$/m);
    const ofServices = [...names].filter((name) => !/^(kube|container)_/.test(name));
    expect(ofServices.length).toBeGreaterThan(5);
    for (const name of ofServices) expect(exported).toContain(`# TYPE ${name.replace(/_(bucket|count|sum)$/, '')} `);
  });
});

test('the CDN tells clients apart by the tokens that services give them', () => {
  expect(KEY_HEADERS).toContain(CONSISTENCY_HEADER);
  expect(KEY_COOKIES).toContain(CONSISTENCY_COOKIE);
});

it('the catalog and the policies know the same last days of the versions of Kubernetes', () => {
  expect(eksStandardSupport).toMatchObject(kubernetesVersions);
  expect(Object.keys(eksStandardSupport).at(-1)).toBe(Object.keys(kubernetesVersions).at(-1));
});
