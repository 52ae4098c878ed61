import { Client } from 'pg';
import { ShardLocator } from '../lib/shards';
import { startPostgres, type Postgres } from '../lib/testing/postgres';
import { spawnService, stopService, untilReady, type ServiceProcess } from '../lib/testing/service-process';

const map = { version: 1, buckets: 1024, ranges: [{ from: 0, to: 511, shard: 0 }, { from: 512, to: 1023, shard: 1 }] };
const locator = new ShardLocator(map);
const address = (number: number): string => `0x${number.toString(16).padStart(40, '0')}`;
/** A sender of each shard. */
const senders = [0, 1].map((shard) => Array.from({ length: 100 }, (_, number) => address(number)).find((key) => locator.shardOf(key) === shard) ?? '');
const to = address(0xabc);

let postgres: Postgres;
let urls: readonly string[];
let service: ServiceProcess;

beforeAll(async () => {
  postgres = await startPostgres();
  urls = [await postgres.createDatabase('shard0'), await postgres.createDatabase('shard1')];
  const variables = { DATABASE_SHARD_URLS: urls.join(), SHARD_MAP: JSON.stringify(map), DATABASE_SHARD_POOL_MAX: '3' };
  const migration = await spawnService('blockchain', variables, ['migrate']);
  expect(await migration.exit).toBe(0);
  service = await spawnService('blockchain', variables);
  await untilReady(service);
});
afterAll(async () => {
  await stopService(service);
  await postgres.stop();
});

async function create(body: unknown) {
  const response = await fetch(`${service.url}/api/blockchain/transactions`, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  const json = (await response.json()) as { readonly id: string };
  return { status: response.status, location: response.headers.get('Location'), json };
}

async function find(id: string) {
  const response = await fetch(`${service.url}/api/blockchain/transactions/${id}`);
  return { status: response.status, json: (await response.json()) as unknown };
}

async function countOn(url: string | undefined, sender: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ count: number }>('SELECT count(*)::int AS count FROM transactions WHERE sender = $1', [sender]);
  await client.end();
  return rows[0]?.count;
}

it.each([0, 1])('stores a transaction on its sender’s shard %i, which its id tells', async (shard) => {
  const from = senders[shard] ?? '';
  const created = await create({ from, to, amount: '12.50' });
  expect(created).toMatchObject({ status: 201, location: `/api/blockchain/transactions/${created.json.id}`, json: { from, to, amount: '12.5', createdAt: expect.stringMatching(/Z$/) } });
  expect(Number.parseInt(created.json.id.slice(0, 4), 16)).toBe(locator.bucketOf(from));
  expect(await find(created.json.id)).toEqual({ status: 200, json: created.json });
  expect(await countOn(urls[shard], from)).toBe(1);
  expect(await countOn(urls[1 - shard], from)).toBe(0);
});

it('knows a sender by its address, however it is written', async () => {
  const from = `0x${'aB'.repeat(20)}`;
  const { json } = await create({ from, to, amount: '1' });
  expect(json).toMatchObject({ from: from.toLowerCase() });
  expect(json.id.slice(0, 4)).toBe(locator.bucketOf(from.toLowerCase()).toString(16).padStart(4, '0'));
});

it.each(['0', '0.000000000000000001', '9007199254740992', '9007199254740992.0', '9007199254740991.999999999999999999'])('keeps the amount %s exactly', async (amount) => {
  const { status, json } = await create({ from: senders[0], to, amount });
  expect(status).toBe(201);
  expect(json).toMatchObject({ amount: amount.replace(/\.0$/, '') });
});

it.each([1, -1, '-1', 'NaN', '1e3', '', '.5', '1.', '01', '+1', '9007199254740992.000000000000000001', '9007199254740993', '1.0000000000000000001', null])('refuses the amount %j', async (amount) => {
  const { status, json } = await create({ from: senders[0], to, amount });
  expect(status).toBe(400);
  expect(json).toMatchObject({ field: 'amount', detail: expect.stringContaining('amount must be a decimal string, at least 0') });
});

it.each([
  [{ to, amount: '1' }, 'from', 'from is required'],
  [{ from: 'alice', to, amount: '1' }, 'from', 'from must be 0x and 40 hex digits'],
  [{ from: to, to, amount: '1', memo: '' }, 'memo', '"memo" is not a known field'],
])('refuses %j', async (body, field, detail) => {
  expect(await create(body)).toMatchObject({ status: 400, json: { field, detail } });
});

it('refuses ids of another form, and knows no others', async () => {
  const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e';
  for (const id of ['1', uuid, `02A1-${uuid}`, `2a1-${uuid}`]) expect(await find(id)).toMatchObject({ status: 400, json: { field: 'id' } });
  for (const id of [`0001-${uuid}`, `0400-${uuid}`, `ffff-${uuid}`]) expect(await find(id)).toMatchObject({ status: 404, json: { detail: 'no transaction has this id' } });
});

it('counts transactions and amounts', async () => {
  const lines = (await (await fetch(service.metricsUrl)).text()).split('\n');
  expect(lines).toContain('transactions_total 8');
  expect(lines).toContain('transaction_amount_count 8');
  expect(lines).toContain('transaction_amount_bucket{le="10"} 3');
  expect(lines).toContain('transaction_amount_bucket{le="100"} 5');
  expect(lines).toContain('database_queries_total{query="insertEntry",role="shard",outcome="ok"} 8');
  expect(lines).toContain('user_actions_total{action="transaction_created"} 8');
});
