import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client, DatabaseError, type ClientConfig } from 'pg';
import { DatabaseUnavailableError, defineQueries, type Database } from './database';

/** One SQL file, `NNNN-name.sql`. */
export interface Migration {
  /** `<service>/NNNN-name.sql`: services may share a database, and each numbers its own files. */
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** The files or the database are not what the other expects. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

const FILE_NAME = /^(\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.sql$/;
/** Any number that nothing else in the database locks by; all services of one database take turns. */
const LOCK_KEY = 5_282_040_904;
/** Nobody waits for a migration as a client does for an answer. */
const CONNECT_TIMEOUT_MILLIS = 10_000;

/**
 * The migrations of a service's folder, in order.
 *
 * @throws MigrationError for a folder that has none or is not there, a name that does not fit, or a number used twice
 */
export async function readMigrations(service: string, folder: string): Promise<readonly Migration[]> {
  const files = (await entriesOf(folder)).filter((file) => file.endsWith('.sql')).sort();
  if (files.length === 0) throw new MigrationError(`migrations of ${service}: ${folder} holds none; copy them there, beside the program`);
  const numbers = new Set<string>();
  for (const file of files) {
    const number = FILE_NAME.exec(file)?.[1];
    if (number === undefined) throw new MigrationError(`migration ${file}: the name must look like 0001-create-table.sql`);
    if (numbers.has(number)) throw new MigrationError(`migration ${file}: number ${number} is used twice; give it the next one`);
    numbers.add(number);
  }
  return Promise.all(
    files.map(async (file) => {
      const sql = await readFile(path.join(folder, file), 'utf8');
      return { name: `${service}/${file}`, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw new MigrationError(`migrations folder ${folder} cannot be read (${error instanceof Error ? error.message : String(error)}); copy it there, beside the program`, { cause: error });
  }
}

/**
 * Applies the migrations that a database lacks, in order, each in a transaction of its own. Safe to run twice and by
 * several processes at once: an advisory lock lets one at a time through.
 *
 * @returns the names of those it applied
 * @throws MigrationError when a migration was changed after it had been applied
 */
export async function migrate(options: ClientConfig, migrations: readonly Migration[]): Promise<readonly string[]> {
  const client = new Client({ ...options, connectionTimeoutMillis: CONNECT_TIMEOUT_MILLIS });
  // A connection lost between two statements rejects the next one; unheard, the event would end the process first.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    // A change that waits for a busy table holds up every query behind it: better to fail and let the Job try again.
    await client.query("SET lock_timeout = '5s'");
    await client.query('CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())');
    const { rows } = await client.query<AppliedRow>(QUERIES.appliedMigrations.text);
    const applied = new Map(rows.map((row) => [row.name, row.checksum]));
    const changed = migrations.find(({ name, checksum }) => applied.has(name) && applied.get(name) !== checksum);
    if (changed !== undefined) {
      throw new MigrationError(`migration ${changed.name} was changed after it had been applied; restore it and write the change as a new migration`);
    }
    const missing = migrations.filter(({ name }) => !applied.has(name));
    for (const migration of missing) await apply(client, migration);
    return missing.map(({ name }) => name);
  } finally {
    // Ends the session, and the lock with it.
    await client.end();
  }
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query('INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)', [name, checksum]);
    await client.query('COMMIT');
  } catch (error) {
    // The session ends after this, so an open transaction is rolled back.
    throw new MigrationError(`migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

interface AppliedRow {
  readonly name: string;
  readonly checksum: string;
}

const QUERIES = defineQueries({ appliedMigrations: 'SELECT name, checksum FROM schema_migrations' });

/** `unreachable` says nothing about the schema: the database did not answer. */
export type SchemaState = 'present' | 'absent' | 'unreachable';

/**
 * Whether a process may serve: some database has the schema, and none answers without it. Those that cannot be reached
 * do not count, so that the loss of one shard keeps no new pod from serving the others.
 */
export function mayServe(states: readonly SchemaState[]): boolean {
  return states.includes('present') && !states.includes('absent');
}

/** Whether a database has every migration, as this build knows them; it may have later ones too. */
export async function schemaState(database: Database, migrations: readonly Migration[]): Promise<SchemaState> {
  try {
    const rows = await database.query<AppliedRow>(QUERIES.appliedMigrations, []);
    const applied = new Map(rows.map((row) => [row.name, row.checksum]));
    return migrations.every(({ name, checksum }) => applied.get(name) === checksum) ? 'present' : 'absent';
  } catch (error) {
    if (error instanceof DatabaseUnavailableError) return 'unreachable';
    // No such table, or none that we may read: either way the migration has not done its work.
    if (error instanceof DatabaseError) return 'absent';
    throw error;
  }
}
