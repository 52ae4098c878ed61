import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Difference } from './difference';
import type { Plan } from './plan';

/** The command as a process of its own, as users start it. */

const root = join(__dirname, '../..');

function plan(...args: readonly string[]) {
  return spawnSync(process.execPath, ['--require', require.resolve('tsx/cjs'), join(root, 'lab/plan/main.ts'), ...args], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 ** 2, env: { PATH: process.env['PATH'] ?? '' } });
}

let folder: string;
let saved: string;
let production: Plan;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-'));
  saved = join(folder, 'production.json');
  const { stdout, stderr, status } = plan('--json');
  if (status !== 0) throw new Error(stderr);
  writeFileSync(saved, stdout);
  production = JSON.parse(stdout) as Plan;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('--json prints one document of the documented shape', () => {
  expect(Object.keys(production)).toEqual(['resources', 'cost', 'connections']);
  for (const resource of production.resources) expect(Object.keys(resource)).toEqual(['urn', 'type', 'name', 'parent', 'inputs', 'dependencies', 'protect']);
  expect(Object.keys(production.cost)).toEqual(['monthlyUsd', 'byComponent', 'priceDate', 'assumptions']);
  expect(production.connections).toMatchObject({ budget: [{ role: 'primary' }, { role: 'replicas' }, { role: 'shards' }], used: [{ role: 'primary', connections: 3_086, maxConnections: 3_400 }, { role: 'replicas' }, { role: 'shards' }] });
});

test('URNs are unique, and parents and dependencies are resources of the plan', () => {
  const urns = new Set(production.resources.map(({ urn }) => urn));
  expect(urns.size).toBe(production.resources.length);
  for (const { parent, dependencies } of production.resources) for (const urn of [...(parent === '' ? [] : [parent]), ...dependencies]) expect(urns).toContain(urn);
});

test('components add up to the whole', () => {
  const sum = Object.values(production.cost.byComponent).reduce<number>((total, usd) => total + (usd ?? 0), 0);
  expect(sum).toBeCloseTo(production.cost.monthlyUsd, 0);
});

test('--against a plan of another environment says what differs, by resource and property', () => {
  const { stdout, status } = plan('--env', 'staging', '--json', '--against', saved);
  expect(status).toBe(0);
  const { difference } = JSON.parse(stdout) as Plan & { difference: Difference };
  // Another stack: no URN is the same.
  expect(difference).toMatchObject({ changed: [], monthlyUsd: { before: production.cost.monthlyUsd } });
  expect(difference.created.length).toBeGreaterThan(200);
});

test('the tree names components, protection, secrets and cost, and a plan does not differ from itself', () => {
  const { stdout, status } = plan('--against', saved);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^shards +33 resources +1,581\.56 USD a month\n {2}after +alarms, cluster, network\n {2}creates +1 Key\n {2}protected +Key shards\n {2}shard-0 … shard-3 \(4 alike, each:\)\n/m);
  expect(stdout).toMatch(/^ {2}protected +Key primary; Instance primary; Instance primary-replica-0; Instance primary-replica-1\n {2}secret +Instance primary: password$/m);
  expect(stdout).toMatch(/^connections at full scale: primary 3086 of 3400/m);
  expect(stdout).toMatch(/\n0 created, 0 deleted, 0 changed; \+0\.00 USD a month\n$/);
});

test.each([
  [['--env', 'moon'], 2, /Allowed choices are staging, production\./],
  [['--colour'], 2, /unknown option '--colour'/],
  [['--against', '/no/such/plan.json'], 2, /^--against \/no\/such\/plan.json: received ENOENT.* allowed is what npm run plan -- --json printed\./],
  [['--prices', '/no/such/prices.json'], 2, /^\/no\/such\/prices.json: received ENOENT.* allowed is a JSON document\./],
  [['--env', 'local'], 2, /Allowed choices are staging, production\./],
])('%j exits %i and says why on stderr alone', (args, status, words) => {
  const result = plan(...args);
  expect(result).toMatchObject({ status, stdout: '' });
  expect(result.stderr).toMatch(words);
});

test('--help exits 0', () => {
  expect(plan('--help')).toMatchObject({ status: 0, stdout: expect.stringMatching(/Offline: no CLI, no credentials, no\s+network/) });
});
