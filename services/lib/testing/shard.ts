import path from 'node:path';
import { Client } from 'pg';
import { clientOptions } from '../database';
import type { DatabaseAddress } from '../database-url';
import { migrate, readMigrations } from '../migrations';
import { addressOf } from './database-address';
import type { Postgres } from './postgres';

/** A database that knows of shard maps, and has what `sql` makes. */
export async function newShard(postgres: Postgres, name: string, sql: string): Promise<DatabaseAddress> {
  const address = addressOf(await postgres.createDatabase(name));
  await migrate(clientOptions(address, { kind: 'off' }, 'test'), await readMigrations('shards', path.join(__dirname, '..', 'shard-migrations')));
  await administer(address, sql);
  return address;
}

/** Runs SQL on a connection of its own. */
export async function administer(address: DatabaseAddress, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ ...address });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
