import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import pino from 'pino';
import { Database } from './database';
import { Metrics } from './metrics';
import { mayServe, migrate, MigrationError, readMigrations, schemaState, type Migration } from './migrations';
import { addressOf } from './testing/database-address';
import { freePort } from './testing/free-port';
import { startPostgres, type Postgres } from './testing/postgres';

let postgres: Postgres;
let connectionString: string;
let count = 0;

beforeAll(async () => {
  postgres = await startPostgres();
});
beforeEach(async () => {
  connectionString = await postgres.createDatabase(`test_${(count += 1)}`);
});
afterAll(() => postgres.stop());

const migration = (name: string, sql: string): Migration => ({ name: `test/${name}`, sql, checksum: `checksum of ${sql}` });
const things = migration('0001-things.sql', 'CREATE TABLE things (id int)');
const row = migration('0002-row.sql', 'INSERT INTO things VALUES (1)');

async function query(text: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe('migrate', () => {
  it('applies each once, in order', async () => {
    expect(await migrate({ connectionString }, [things])).toEqual(['test/0001-things.sql']);
    expect(await migrate({ connectionString }, [things, row])).toEqual(['test/0002-row.sql']);
    expect(await migrate({ connectionString }, [things, row])).toEqual([]);
    expect(await query('SELECT id FROM things')).toEqual([{ id: 1 }]);
  });

  it('applies each once when several processes start together', async () => {
    const results = await Promise.all(Array.from({ length: 5 }, () => migrate({ connectionString }, [things, row])));
    expect(results.flat().sort()).toEqual(['test/0001-things.sql', 'test/0002-row.sql']);
    expect(await query('SELECT id FROM things')).toEqual([{ id: 1 }]);
  });

  it('leaves nothing of one that fails, and keeps those before it', async () => {
    const broken = migration('0002-broken.sql', 'INSERT INTO things VALUES (2); SELECT nothing FROM nowhere');
    await expect(migrate({ connectionString }, [things, broken])).rejects.toThrow('migration test/0002-broken.sql failed: relation "nowhere" does not exist');
    expect(await query('SELECT id FROM things')).toEqual([]);
    expect(await migrate({ connectionString }, [things, row])).toEqual(['test/0002-row.sql']);
  });

  it('leaves nothing of one that cannot be recorded', async () => {
    const unrecorded = migration('0002-unrecorded.sql', "CREATE TABLE left_over (id int); ALTER TABLE schema_migrations ADD CHECK (name <> 'test/0002-unrecorded.sql')");
    await expect(migrate({ connectionString }, [things, unrecorded])).rejects.toThrow('test/0002-unrecorded.sql failed');
    expect(await query("SELECT to_regclass('left_over') AS left_over")).toEqual([{ left_over: null }]);
  });

  it('refuses one that was changed after it had been applied, and applies nothing', async () => {
    await migrate({ connectionString }, [things]);
    const changed = { ...things, checksum: 'another' };
    await expect(migrate({ connectionString }, [changed, row])).rejects.toThrow(MigrationError);
    expect(await query('SELECT id FROM things')).toEqual([]);
  });

  it('keeps apart the migrations of services that share a database', async () => {
    await migrate({ connectionString }, [things]);
    expect(await migrate({ connectionString }, [{ name: 'other/0001-things.sql', sql: 'CREATE TABLE others (id int)', checksum: 'x' }])).toEqual(['other/0001-things.sql']);
  });
});

describe('mayServe', () => {
  it.each([
    [['present'], true],
    [['present', 'unreachable'], true],
    [['present', 'absent'], false],
    [['absent'], false],
    [['unreachable'], false],
  ] as const)('%j: %s', (states, expected) => {
    expect(mayServe(states)).toBe(expected);
  });
});

describe('readMigrations', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rechain-migrations-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads SQL files in order, with a checksum of what they say', async () => {
    await Promise.all([writeFile(path.join(folder, '0002-b.sql'), 'B'), writeFile(path.join(folder, '0001-a-1.sql'), 'A'), writeFile(path.join(folder, 'notes.md'), '')]);
    const before = await readMigrations('web', folder);
    expect(before.map(({ name, sql }) => [name, sql])).toEqual([['web/0001-a-1.sql', 'A'], ['web/0002-b.sql', 'B']]);
    await writeFile(path.join(folder, '0002-b.sql'), 'C');
    const after = await readMigrations('web', folder);
    expect(after[0]).toEqual(before[0]);
    expect(after[1]?.checksum).not.toBe(before[1]?.checksum);
  });

  it('refuses a folder that is not there, and one without migrations', async () => {
    await expect(readMigrations('web', path.join(folder, 'nowhere'))).rejects.toThrow(MigrationError);
    await writeFile(path.join(folder, 'notes.md'), '');
    await expect(readMigrations('web', folder)).rejects.toThrow(`${folder} holds none`);
  });

  it.each([[['1-a.sql'], 'must look like 0001-create-table.sql'], [['0001-a.sql', '0001-b.sql'], 'number 0001 is used twice']])('refuses %j', async (files, message) => {
    for (const file of files) await writeFile(path.join(folder, file), '');
    await expect(readMigrations('web', folder)).rejects.toThrow(message);
  });
});

describe('schemaState', () => {
  async function stateOf(url: string, migrations: readonly Migration[]): Promise<string> {
    const database = new Database({ address: addressOf(url), role: 'primary', pool: { minimum: 0, maximum: 1 } }, { service: 'test', tls: { kind: 'off' }, metrics: new Metrics(), logger: pino({ level: 'silent' }) });
    try {
      return await schemaState(database, migrations);
    } finally {
      await database.close();
    }
  }

  it('is present once everything is applied as this build knows it', async () => {
    expect(await stateOf(connectionString, [things])).toBe('absent');
    await migrate({ connectionString }, [things]);
    expect(await stateOf(connectionString, [things])).toBe('present');
    expect(await stateOf(connectionString, [things, row])).toBe('absent');
    expect(await stateOf(connectionString, [{ ...things, checksum: 'another' }])).toBe('absent');
    await migrate({ connectionString }, [things, row]);
    expect(await stateOf(connectionString, [things])).toBe('present');
  });

  it('is not known of a database that does not answer', async () => {
    expect(await stateOf(`postgres://a:b@127.0.0.1:${await freePort()}/x`, [things])).toBe('unreachable');
  });
});
