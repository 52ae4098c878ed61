import { randomBytes } from 'node:crypto';
import { resolveEnvironment } from '../../platform/environments';
import { rechain } from '../../platform/rechain';
import { buildManifests } from '../../charts/app';
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

function leaks(text: string): string[] {
  return [...generated].filter(([, value]) => text.includes(value)).map(([name]) => name);
}

test('credentials of each database, the cache and each client are generated', () => {
  expect([...generated.keys()].filter((name) => !name.endsWith('.base64')).sort()).toEqual([
    'api-key-partner-premium.hex', 'api-key-partner-standard.hex', 'cache.result', 'primary.result', 'shard-0.result', 'shard-1.result', 'shard-2.result', 'shard-3.result',
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
  const applied = [...monitor.recorded.values()].filter(({ type }) => type.startsWith('kubernetes:') && type !== 'kubernetes:core/v1:Secret');
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
