import { definePlatform } from './define-platform';
import { CatalogError, type Issue } from './issues';
import { rechain } from './rechain';
import { type Platform, type PlatformInput, standardObjective, standardProbes, standardShutdown } from './spec';

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
type Draft = Mutable<Platform>;

/** Our catalog with one thing changed. */
function changed(change: (draft: Draft) => void): PlatformInput {
  const draft = structuredClone(rechain) as Draft;
  change(draft);
  return draft;
}

function issuesOf(input: unknown): readonly Issue[] {
  try {
    definePlatform(input as PlatformInput);
  } catch (error) {
    if (error instanceof CatalogError) return error.issues;
    throw error;
  }
  return [];
}

const web4 = (draft: Draft): Draft['services'][number] => {
  const service = draft.services.find(({ name }) => name === 'web4-service');
  if (service === undefined) throw new Error('the catalog has no web4-service');
  return service;
};

function scalingOf(draft: Draft) {
  const { tiers } = web4(draft);
  if (tiers.kind !== 'untiered') throw new Error('web4 has no tiers');
  return tiers.scaling;
}

/** Each fault that a catalog can have, the path it is reported at, and words that its limit or remedy must hold. */
const faults: readonly (readonly [what: string, change: (draft: Draft) => void, path: string, words: RegExp])[] = [
  ['minimum above maximum', (draft) => { scalingOf(draft).minReplicas = 101; }, 'services.web4-service.tiers.scaling.minReplicas (production)', /at most maxReplicas, 100/],
  ['minimum below 2 in production', (draft) => { scalingOf(draft).minReplicas = 1; }, 'services.web4-service.tiers.scaling.minReplicas (production)', /at least 2 in production/],
  ['gateway minimum below 2 in production', (draft) => { draft.gateway.scaling.minReplicas = 1; }, 'gateway.scaling.minReplicas (production)', /at least 2/],
  ['target of 0', (draft) => { scalingOf(draft).cpuUtilizationPercent = 0; }, 'services.web4-service.tiers.scaling.cpuUtilizationPercent', /at least 1/],
  ['target of 101', (draft) => { scalingOf(draft).memory = { kind: 'target', utilizationPercent: 101 }; }, 'services.web4-service.tiers.scaling.memory.utilizationPercent', /at most 100/],
  ['CPU request above limit', (draft) => { web4(draft).resources.requests.cpuMillis = 501; }, 'services.web4-service.resources.requests.cpuMillis', /at most the limit, 500/],
  ['memory request above limit', (draft) => { web4(draft).resources.requests.memoryMiB = 513; }, 'services.web4-service.resources.requests.memoryMiB', /at most the limit, 512/],
  ['gateway request above limit', (draft) => { draft.gateway.resources.requests.memoryMiB = 257; }, 'gateway.resources.requests.memoryMiB', /at most the limit, 256/],
  ['heap that breaks the memory target', (draft) => { web4(draft).heap.oldSpaceMiB = 105; web4(draft).heap.overheadMiB = 100; }, 'services.web4-service.heap.oldSpaceMiB', /below 104: request 256 MiB x 80 %/],
  ['image without tag', (draft) => { web4(draft).image = 'rechain/web4-service'; }, 'services.web4-service.image', /tag/],
  ['image with latest', (draft) => { web4(draft).image = 'rechain/web4-service:latest'; }, 'services.web4-service.image', /never latest/],
  ['registry port taken for a tag', (draft) => { web4(draft).image = 'registry.example.com:5000/web4'; }, 'services.web4-service.image', /tag/],
  ['two services claiming one route', (draft) => { web4(draft).routes = ['/api/web5/']; }, 'services.web5-service.routes', /web4-service has this one/],
  ['two services of one name', (draft) => { web4(draft).name = 'web5-service'; }, 'services.web5-service.name', /web5-service has this one/],
  ['a service named like the gateway', (draft) => { web4(draft).name = 'gateway'; }, 'services.gateway.name', /the gateway has this one/],
  ['a service named like a tier of another', (draft) => { web4(draft).name = 'blockchain-service-premium'; }, 'services.blockchain-service-premium.name', /blockchain-service has this one/],
  ['unknown tier', (draft) => { Object.assign(draft.services[0]?.tiers ?? {}, { tiers: [{ tier: 'gold', scaling: scalingOf(draft) }] }); }, 'services.blockchain-service.tiers.tiers.gold.tier', /"standard", "premium"/],
  ['half a shard', (draft) => { draft.data.shards.count = 3.5; }, 'data.shards.count', /a whole number/],
  ['half a replica', (draft) => { draft.data.replicas.count = 1.5; }, 'data.replicas.count', /a whole number/],
  ['a name that is no DNS label', (draft) => { web4(draft).name = 'Web_4'; }, 'services.Web_4.name', /a DNS label/],
  ['a name too long for pods and Jobs', (draft) => { web4(draft).name = 'w'.repeat(53); }, `services.${'w'.repeat(53)}.name`, /at most 52 characters/],
  ['pools beyond max_connections', (draft) => { draft.data.primary.maxConnections = 800; }, 'data.primary.maxConnections (production)', /at least 896.*438 pods.*rds-proxy/s],
  ['more connections than the memory allows', (draft) => { draft.data.replicas.maxConnections = 1_803; }, 'data.replicas.maxConnections (local, production)', /at most 1802 for 16 GiB/],
  ['pool minimum above maximum', (draft) => { draft.data.primary.poolMinimum = 21; }, 'data.primary.poolMinimum (local, production)', /at most poolMaximum, 20/],
  ['a bucket on no shard', (draft) => { draft.data.shards.map.ranges[1] = { from: 257, to: 511, shard: 1 }; }, 'data.shards.map.ranges (local, production)', /the next from 256/],
  ['buckets on a shard that is not there', (draft) => { draft.data.shards.count = 3; }, 'data.shards.map.ranges (local, production)', /shards 0 to 2/],
  ['a shard without buckets', (draft) => { draft.data.shards.count = 5; }, 'data.shards.map.ranges (local, production)', /buckets on every shard/],
  ['buckets beyond the last', (draft) => { draft.data.shards.map.buckets = 2_048; }, 'data.shards.map.ranges (local, production)', /end at bucket 2047/],
  ['drain beyond the hard stop', (draft) => { web4(draft).shutdown.drainDelaySeconds = 25; }, 'services.web4-service.shutdown.drainDelaySeconds', /below hardStopSeconds, 25/],
  ['peak beyond full scale', (draft) => { web4(draft).load.peakPerSecond = 10_001; }, 'services.web4-service.load.peakPerSecond (production)', /at most 10000/],
  ['average above peak', (draft) => { web4(draft).load.averagePerSecond = 8_001; }, 'services.web4-service.load.averagePerSecond', /at most peakPerSecond/],
  ['invalidation without a CDN', (draft) => { draft.data.cdn = { kind: 'none' }; }, 'services.web4-service.cdn', /none while data.cdn is none/],
  ['a variable that the platform sets', (draft) => { web4(draft).environment = { PORT: '1' }; }, 'services.web4-service.environment.PORT', /platform does not set/],
  ['a variable from two sources', (draft) => { web4(draft).environment = { TOKEN: '1' }; web4(draft).secretEnvironment = { TOKEN: { secret: 'redis-secret', key: 'url' } }; }, 'services.web4-service.environment.TOKEN', /one source/],
  ['a database block outside the VPC', (draft) => { draft.network.databases = ['10.1.0.0/22']; }, 'network.databases', /within network.vpc/],
  ['overlapping blocks', (draft) => { draft.network.databases = ['10.0.8.0/24']; }, 'network.databases', /apart from 10.0.8.0\/22/],
  ['an address block that is none', (draft) => { draft.network.databases = ['10.0.300.0/22']; }, 'network.databases.0', /an IPv4 block/],
  ['a misspelt field', (draft) => { Object.assign(web4(draft), { replica: 3 }); }, 'services.web4-service.replica', /spelling/],
  ['a missing field', (draft) => { Reflect.deleteProperty(web4(draft), 'criticality'); }, 'services.web4-service.criticality', /one of "critical", "flexible"/],
];

describe('definePlatform', () => {
  test('accepts our catalog, and freezes it', () => {
    expect(issuesOf(changed(() => undefined))).toEqual([]);
    expect(Object.isFrozen(rechain.services[0]?.tiers)).toBe(true);
  });

  test.each(faults)('reports %s', (_what, change, path, words) => {
    const issues = issuesOf(changed(change));
    expect(issues.map((issue) => issue.path)).toContain(path);
    const issue = issues.find((candidate) => candidate.path === path);
    expect(`${issue?.limit} ${issue?.remedy}`).toMatch(words);
    expect(issue?.remedy).not.toBe('');
  });

  test('reports nothing else beside a single fault', () => {
    expect(issuesOf(changed((draft) => { scalingOf(draft).cpuUtilizationPercent = 0; }))).toHaveLength(1);
  });

  test('reports the faults of ranges, of meaning and of missing fields at once', () => {
    const issues = issuesOf(changed((draft) => {
      scalingOf(draft).cpuUtilizationPercent = 0;
      scalingOf(draft).minReplicas = 101;
      web4(draft).image = 'web4';
      draft.gateway.resources.requests.cpuMillis = 1_001;
    }));
    expect(issues.map(({ path }) => path)).toEqual(expect.arrayContaining([
      'services.web4-service.tiers.scaling.cpuUtilizationPercent', 'services.web4-service.image',
      'services.web4-service.tiers.scaling.minReplicas (production)', 'gateway.resources.requests.cpuMillis',
    ]));
  });

  test('a service with a missing field does not hide what is wrong with the others', () => {
    const issues = issuesOf(changed((draft) => {
      Reflect.deleteProperty(draft.services[0] ?? {}, 'port');
      scalingOf(draft).minReplicas = 1;
    }));
    expect(issues.map(({ path }) => path)).toEqual(expect.arrayContaining(['services.blockchain-service.port', 'services.web4-service.tiers.scaling.minReplicas (production)']));
  });

  test.each([undefined, null, 'catalog', [], {}])('reports %j as no catalog, without crashing', (input) => {
    expect(issuesOf(input).length).toBeGreaterThan(0);
  });

  test('an issue reads as path, received value, limit and remedy', () => {
    try {
      definePlatform(changed((draft) => { web4(draft).image = 'web4:latest'; }));
      throw new Error('accepted');
    } catch (error) {
      expect((error as Error).message).toBe(
        'the catalog has 1 issue:\n  services.web4-service.image: received "web4:latest", allowed is repository:tag or repository@sha256:<64 hex digits>, the tag never latest. Pin the tag or the digest that was tested: a moving tag gives two pods of one Deployment different code.',
      );
    }
  });

  test('a pooler named in the catalog takes the place of a larger instance', () => {
    expect(issuesOf(changed((draft) => { draft.data.primary.maxConnections = 800; draft.data.pooler = 'rds-proxy'; }))).toEqual([]);
  });

  test('a digest pins an image', () => {
    expect(issuesOf(changed((draft) => { web4(draft).image = `rechain/web4-service@sha256:${'a'.repeat(64)}`; }))).toEqual([]);
  });

  test('a service may take memory out of scaling, with its reason', () => {
    expect(issuesOf(changed((draft) => { web4(draft).heap.oldSpaceMiB = 400; scalingOf(draft).memory = { kind: 'none', reason: 'caches fill the heap' }; }))).toEqual([]);
    expect(issuesOf(changed((draft) => { scalingOf(draft).memory = { kind: 'none', reason: '' }; }))).toHaveLength(1);
  });

  test('defaults are resolved, each as documented', () => {
    const input = changed((draft) => {
      for (const field of ['maxUnavailablePercent', 'probes', 'shutdown', 'objective', 'environment', 'secretEnvironment'] as const) Reflect.deleteProperty(web4(draft), field);
      Reflect.deleteProperty(draft, 'monitoringNamespace');
      Reflect.deleteProperty(web4(draft).resources.requests, 'ephemeralStorageMiB');
      Reflect.deleteProperty(web4(draft).heap, 'semiSpaceMiB');
    });
    const platform = definePlatform(input);
    expect(platform.monitoringNamespace).toBe('monitoring');
    expect(platform.services.find(({ name }) => name === 'web4-service')).toMatchObject({
      maxUnavailablePercent: 10, probes: standardProbes, shutdown: standardShutdown, objective: standardObjective, environment: {}, secretEnvironment: {},
      resources: { requests: { ephemeralStorageMiB: 64 } }, heap: { semiSpaceMiB: 4 },
    });
    expect(standardProbes).toMatchObject({ liveness: { path: '/health', initialDelaySeconds: 30, periodSeconds: 10 }, readiness: { path: '/ready', initialDelaySeconds: 5, periodSeconds: 5 } });
    expect(standardShutdown).toEqual({ preStopSeconds: 5, drainDelaySeconds: 5, hardStopSeconds: 25 });
    expect(standardObjective).toEqual({ availabilityPercent: 99.9, latencyPercent: 99, latencySeconds: 0.25 });
  });
});
