import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { startPostgres, type Postgres } from '../lib/testing/postgres';
import { spawnService, stopService, untilReady } from '../lib/testing/service-process';
import { addressesOn, evenMap, send } from './testing';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

it('links the entries that were there before the chain', async () => {
  const map = evenMap(1);
  const [first = '', second = ''] = addressesOn(map, 0, 2);
  const url = await postgres.createDatabase('old');
  const client = new Client({ connectionString: url });
  await client.connect();
  // As the first version of the service left it.
  await client.query(await readFile(path.join(__dirname, 'migrations', '0001-create-transactions.sql'), 'utf8'));
  await client.query('CREATE TABLE schema_migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())');
  await client.query("INSERT INTO schema_migrations SELECT 'blockchain/0001-create-transactions.sql', encode(sha256($1), 'hex')", [await readFile(path.join(__dirname, 'migrations', '0001-create-transactions.sql'))]);
  const insert = "INSERT INTO transactions (bucket, id, sender, recipient, amount, created_at) SELECT $1, gen_random_uuid(), $2, $3, number, now() - number * interval '1234567 microseconds' FROM generate_series(1, $4::int) AS number";
  await client.query(insert, [7, first, second, 3]);
  await client.query(insert, [9, second, first, 2]);
  await client.end();
  const variables = { DATABASE_SHARD_URLS: url, SHARD_MAP: JSON.stringify(map), DATABASE_SHARD_POOL_MAX: '3', SHARD_TIMEOUT_SECONDS: '50' };
  const migration = await spawnService('blockchain', variables, ['migrate']);
  expect(await migration.exit).toBe(0);
  const service = await spawnService('blockchain', variables);
  try {
    await untilReady(service);
    expect((await send(service, 'GET', `/api/blockchain/accounts/${first}/transactions`)).json).toMatchObject({ transactions: { length: 5 } });
  } finally {
    await stopService(service);
  }
  const check = new Client({ connectionString: url });
  await check.connect();
  const { rows } = await check.query<{ amounts: string[]; linked: boolean; hashed: boolean; heads: number }>(`
    SELECT array_agg(trim_scale(amount)::text ORDER BY sequence) AS amounts,
      bool_and(previous_hash = coalesce((SELECT hash FROM transactions b WHERE b.sender = a.sender AND b.sequence = a.sequence - 1), decode(repeat('00', 32), 'hex'))) AS linked,
      bool_and(hash = entry_hash(previous_hash, sequence, bucket, id, sender, recipient, amount, created_at)) AS hashed,
      (SELECT count(*)::int FROM account_heads h WHERE h.address = a.sender AND (h.bucket, h.sequence, h.hash) IN (SELECT bucket, sequence, hash FROM transactions c WHERE c.sender = a.sender AND c.sequence = (SELECT max(sequence) FROM transactions d WHERE d.sender = a.sender))) AS heads
    FROM transactions a GROUP BY sender ORDER BY count(*) DESC`);
  await check.end();
  expect(rows).toEqual([
    { amounts: ['3', '2', '1'], linked: true, hashed: true, heads: 1 },
    { amounts: ['2', '1'], linked: true, hashed: true, heads: 1 },
  ]);
});
