import { randomBytes } from 'node:crypto';
import { resolveEnvironment } from '../../platform/environments';
import { rechain } from '../../platform/rechain';
import { buildManifests } from '../../charts/app';
import { configurationOf } from '../../charts/constructs/service-environment';
import { at } from '../../charts/testing';
import type { ServiceSpec } from '../../platform/spec';
import { parseConfiguration, replicatedData } from '../../services/lib/config';
import { masked } from './masking';
import { planOf } from './plan';
import { readPrices } from './prices';
import type { RecordingMonitor } from './recorder';
import { record } from './testing';
import { planTree } from './tree';

/** Every secret is generated for real here, and looked for wherever something is written down. */

const generated = new Map<string, string>();
let monitor: RecordingMonitor;
beforeAll(async () => {
  monitor = await record(rechain, 'production', {
    secretOf: (name, property) => {
      const value = randomBytes(24).toString('hex');
      generated.set(`${name}.${property}`, value);
      return value;
    },
  });
});

function web5(): ServiceSpec {
  const service = rechain.services.find(({ name }) => name === 'web5-service');
  if (service === undefined) throw new Error('the catalog has no web5-service');
  return service;
}

function leaks(text: string): string[] {
  return [...generated].filter(([, value]) => text.includes(value)).map(([name]) => name);
}

test('credentials of each database, the cache, each client and Grafana are generated', () => {
  expect([...generated.keys()].filter((name) => !name.endsWith('.base64')).sort()).toEqual([
    'api-key-partner-premium.hex', 'api-key-partner-standard.hex', 'cache.result', 'grafana.result', 'primary.result', 'shard-0.result', 'shard-1.result', 'shard-2.result', 'shard-3.result',
  ]);
});

test('they reach the Secrets that charts name, each of its keys', () => {
  const secret = (name: string): string => JSON.stringify([...monitor.recorded.values()].find((resource) => resource.type === 'kubernetes:core/v1:Secret' && resource.name === name)?.inputs);
  expect(leaks(secret('database-secret')).sort()).toEqual(['primary.result', 'shard-0.result', 'shard-1.result', 'shard-2.result', 'shard-3.result']);
  expect(leaks(secret('redis-secret'))).toEqual(['cache.result']);
  expect(leaks(secret('gateway-api-keys')).sort()).toEqual(['api-key-partner-premium.hex', 'api-key-partner-standard.hex']);
  for (const { name, keys } of rechain.secrets) for (const key of keys) expect(secret(name)).toContain(JSON.stringify(key).slice(1, -1));
});

test('no manifest holds one', () => {
  expect(leaks(JSON.stringify(buildManifests(rechain, 'production')))).toEqual([]);
  const applied = [...monitor.recorded.values()].filter(({ type }) => type.startsWith('kubernetes:') && !/:(Secret|Release)$/.test(type));
  expect(leaks(JSON.stringify(applied))).toEqual([]);
});

test('the plan holds none, neither its tree nor its JSON', () => {
  const plan = planOf(resolveEnvironment(rechain, 'production'), [...monitor.recorded.values()], readPrices());
  expect(leaks(JSON.stringify(plan))).toEqual([]);
  expect(leaks(planTree(plan))).toEqual([]);
  expect(JSON.stringify(plan)).toContain('[secret]');
});

test('the state holds none: everywhere they are marked as secrets, which Pulumi encrypts', () => {
  const inputs = [...monitor.recorded.values()].map((resource) => resource.inputs);
  const outputs = [...monitor.outputs.values(), ...[...monitor.resources.values()].map(({ state }) => state as unknown)];
  // The failing twin: unmasked they are all there.
  expect(leaks(JSON.stringify([inputs, outputs])).length).toBe(generated.size);
  expect(leaks(JSON.stringify(masked([inputs, outputs])))).toEqual([]);
});

test('services take them as they are: addresses, passwords and the authority of the database', () => {
  const value = (secret: string, key: string): string => {
    const resource = [...monitor.recorded.values()].find(({ type, name }) => type === 'kubernetes:core/v1:Secret' && name === secret);
    const values = at(resource?.inputs, 'stringData.value') as Readonly<Record<string, string>>;
    // Addresses are names here, `${primary.address}`, which no URL takes for a host.
    return (values[key] ?? '').replaceAll(/\$\{([\w-]+)\.\w+\}/g, '$1.internal');
  };
  const variables = {
    ...configurationOf(web5(), resolveEnvironment(rechain, 'production')),
    TIER: 'standard', DATABASE_URL: value('database-secret', 'url'), DATABASE_REPLICA_URLS: value('database-secret', 'replica-urls'), REDIS_URL: value('redis-secret', 'url'),
  };
  const configuration = parseConfiguration<unknown>(variables, replicatedData, () => value('database-secret', 'ca.pem'));
  expect(configuration).toMatchObject({ data: { primary: {}, replicas: { addresses: [{}, {}] } } });
  expect(value('database-secret', 'url')).toBe(`postgres://app:${generated.get('primary.result')}@primary.internal:5432/app`);
  expect(value('database-secret', 'shard-urls').split(',')).toHaveLength(4);
  expect(value('redis-secret', 'url')).toBe(`rediss://:${generated.get('cache.result')}@cache.internal:6379`);
});
