import { definePlatform } from '../platform/define-platform';
import { rechain } from '../platform/rechain';
import { presetFor, strict, withoutSchema } from '../policies/preset';
import { type BuiltChart, buildManifests, type Manifest } from './app';
import { checkCharts, PolicyError, synthesize } from './synthesize';
import { find } from './testing';

type Json = Record<string, unknown>;
type Draft = Manifest & { spec: Json; metadata: Json };

/** Our charts with one object changed, added to or taken away. */
function tampered(tamper: (get: (kind: string, name: string) => Draft, charts: { name: string; manifests: Manifest[] }[]) => void): readonly BuiltChart[] {
  const charts = structuredClone(buildManifests(rechain, 'production')) as { name: string; manifests: Manifest[] }[];
  tamper((kind, name) => find(charts, kind, name) as unknown as Draft, charts);
  return charts;
}

function findingsOf(charts: readonly BuiltChart[]) {
  try {
    checkCharts(charts, rechain, strict);
  } catch (error) {
    if (error instanceof PolicyError) return error.findings;
    throw error;
  }
  return [];
}

function remove(charts: { manifests: Manifest[] }[], kind: string, name: string): void {
  for (const chart of charts) chart.manifests = chart.manifests.filter((manifest) => manifest.kind !== kind || manifest.metadata.name !== name);
}

const faults: readonly (readonly [what: string, rule: string, object: string, tamper: Parameters<typeof tampered>[0]])[] = [
  ['replicas beside an HPA', 'no-fixed-replicas-with-hpa', 'web4-service', (get) => { get('Deployment', 'web4-service').spec['replicas'] = 3; }],
  ['two HPAs on one target', 'one-hpa-per-target', 'web5-service', (get) => { get('HorizontalPodAutoscaler', 'web5-service').spec['scaleTargetRef'] = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web4-service' }; }],
  ['two objects of one kind, namespace and name', 'unique-object', 'web4-service', (get) => { Object.assign(get('Service', 'web5-service').metadata, { name: 'web4-service' }); }],
  ['a Pods metric without an adapter rule', 'pods-metric-has-adapter-rule', 'gateway', (get) => { (get('HorizontalPodAutoscaler', 'gateway').spec['metrics'] as Json[]).push({ type: 'Pods', pods: { metric: { name: 'connections' }, target: { type: 'AverageValue', averageValue: '10' } } }); }],
  ['no adapter rules at all', 'pods-metric-has-adapter-rule', 'web4-service', (_get, charts) => remove(charts, 'ConfigMap', 'rechain-prometheus-adapter')],
  ['a Service that selects no pod', 'service-selects-pod', 'web4-service', (get) => { get('Service', 'web4-service').spec['selector'] = { app: 'web3-service' }; }],
  ['a subset that selects no pod', 'subset-selects-pod', 'blockchain-service', (_get, charts) => remove(charts, 'Deployment', 'blockchain-service-premium')],
  ['a PodDisruptionBudget that selects no pod', 'pdb-selects-pod', 'web4-service', (get) => { get('PodDisruptionBudget', 'web4-service').spec['selector'] = { matchLabels: { app: 'web4' } }; }],
  ['a NetworkPolicy that selects no pod', 'network-policy-selects-pod', 'web4-service-ingress', (get) => { get('NetworkPolicy', 'web4-service-ingress').spec['podSelector'] = { matchLabels: { app: 'web4' } }; }],
  ['a NetworkPolicy that lets in no pod', 'network-policy-selects-pod', 'web4-service-ingress', (get) => { get('NetworkPolicy', 'web4-service-ingress').spec['ingress'] = [{ from: [{ podSelector: { matchLabels: { app: 'nginx' } } }] }]; }],
  ['an unknown field', 'schema', 'web4-service', (get) => { (get('DestinationRule', 'web4-service').spec['trafficPolicy'] as Json)['circuitBreaker'] = {}; }],
  ['an image that the catalog does not name', 'allowed-registry', 'web4-service', (get) => { ((get('Deployment', 'web4-service').spec['template'] as { spec: { containers: Json[] } }).spec.containers[0] ?? {})['image'] = 'someone/web4-service:1.0.0'; }],
  ['a field of the wrong type', 'schema', 'web4-service', (get) => { get('HorizontalPodAutoscaler', 'web4-service').spec['minReplicas'] = 'three'; }],
];

describe('checkCharts', () => {
  test.each(['local', 'staging', 'production'] as const)('accepts our manifests for %s', (environment) => {
    expect(() => synthesize(rechain, environment, presetFor)).not.toThrow();
  });

  test.each(faults)('refuses %s, with the remedy', (_what, rule, object, tamper) => {
    const finding = findingsOf(tampered(tamper)).find((candidate) => candidate.rule === rule && candidate.name === object);
    expect(finding).toMatchObject({ severity: 'error', file: expect.stringMatching(/\.k8s\.yaml$/), path: expect.stringMatching(/./), remedy: expect.stringMatching(/./) });
  });

  test('refuses a Secret key that nothing in the catalog provides', () => {
    const draft = structuredClone(rechain) as { secrets: { name: string; keys: string[] }[] } & typeof rechain;
    draft.secrets = [{ name: 'database-secret', keys: ['url', 'replica-urls', 'ca.pem'] }, { name: 'gateway-api-keys', keys: ['api-keys.map'] }];
    const platform = definePlatform(draft);
    expect(() => synthesize(platform, 'production', withoutSchema)).toThrow(/secret-key-provided/);
    expect(() => synthesize(platform, 'production', withoutSchema)).toThrow(/shard-urls/);
    expect(() => synthesize(platform, 'production', withoutSchema)).toThrow(/redis-secret/);
  });

  test('reports every fault at once', () => {
    const charts = tampered((get) => {
      get('Deployment', 'web4-service').spec['replicas'] = 3;
      get('Service', 'web5-service').spec['selector'] = { app: 'nothing' };
    });
    const errors = findingsOf(charts).filter(({ severity }) => severity === 'error');
    expect(new Set(errors.map(({ rule }) => rule))).toEqual(new Set(['no-fixed-replicas-with-hpa', 'service-selects-pod']));
  });
});

describe('synthesize', () => {
  test('is the same text twice', () => {
    expect(synthesize(rechain, 'production', withoutSchema)).toEqual(synthesize(rechain, 'production', withoutSchema));
  });

  test('production is the default', () => {
    expect(synthesize(rechain, undefined, withoutSchema).environment).toBe('production');
  });

  test('names sort in apply order', () => {
    const names = synthesize(rechain, 'production', withoutSchema).files.map(({ name }) => name);
    expect([...names].sort()).toEqual(names);
  });
});
