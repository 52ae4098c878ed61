import { Client } from 'pg';
import pino from 'pino';
import { Database } from './database';
import type { DatabaseAddress } from './database-url';
import { Metrics } from './metrics';
import type { HttpProblem } from './problem';
import { defineShardReads, defineShardWrites } from './shard-statements';
import { ShardedDatabase, type Shard } from './sharded-database';
import { ShardLocator, type ShardMap } from './shards';
import { freePort } from './testing/free-port';
import { startPostgres, type Postgres } from './testing/postgres';
import { until } from './testing/service-process';
import { administer, newShard } from './testing/shard';
import { keysOf, mapOf, movedKey } from './testing/shard-maps';

const reads = defineShardReads({
  find: 'SELECT value FROM things WHERE key = $1',
  all: 'SELECT key FROM things',
  wrong: 'SELECT nothing FROM nowhere',
  sleep: 'SELECT pg_sleep(3)',
});
const writes = defineShardWrites({
  insert: { with: 'inserted AS (INSERT INTO things (key, value) VALUES ($2, $3) RETURNING key)', select: 'SELECT key FROM inserted' },
  insertSilently: { with: 'inserted AS (INSERT INTO things (key, value) VALUES ($2, $3) RETURNING key)', select: 'SELECT key FROM inserted WHERE false' },
});

let postgres: Postgres;
let count = 0;
let addresses: DatabaseAddress[];
const open: Database[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
});
beforeEach(async () => {
  addresses = await Promise.all([0, 1, 2].map(() => newShard(postgres, `shard_${(count += 1)}`, 'CREATE TABLE things (key text PRIMARY KEY, value text)')));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(open.splice(0).map((database) => database.close()));
});
afterAll(() => postgres.stop());

function addressOf(shard: number): DatabaseAddress {
  const address = addresses[shard];
  if (address === undefined) throw new RangeError(`no shard ${shard}`);
  return address;
}

/** Nothing listens where the second shard should be. */
const withoutSecond = async (): Promise<readonly DatabaseAddress[]> => [addressOf(0), { ...addressOf(1), port: await freePort() }, addressOf(2)];

/** A process of its own, as far as shards can tell. */
function processWith(map: ShardMap, where: readonly DatabaseAddress[] = addresses, timeoutSeconds = 50): ShardedDatabase {
  const context = { service: 'test', tls: { kind: 'off' as const }, metrics: new Metrics(), logger: pino({ level: 'silent' }) };
  const databases = where.map((address) => new Database({ address, role: 'shard', pool: { minimum: 0, maximum: 2 } }, context));
  open.push(...databases);
  return new ShardedDatabase({ map, databases, timeoutSeconds });
}

const put = (shards: ShardedDatabase, key: string) => shards.executeOnShard(key, (shard) => shard.query(writes.insert, [key, 'value']));
const get = (shards: ShardedDatabase, key: string) => shards.executeOnShard(key, (shard) => shard.query<{ value: string }>(reads.find, [key]));
const states = async (): Promise<unknown[]> => (await Promise.all(addresses.map((address) => administer(address, 'SELECT refuses_below, in_use FROM shard_map')))).flat();
const both = (version: number) => ({ refuses_below: version, in_use: version });
const keysOn = async (shard: number): Promise<unknown[]> => (await administer(addressOf(shard), 'SELECT key FROM things ORDER BY key')).map(({ key }) => key);

const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then((answered) => ({ answered }), ({ status, headers, message: detail }: HttpProblem) => ({ status, headers, detail }));
const stale = (version: number) => ({ status: 503, headers: { 'Retry-After': '1' }, detail: `this server has version ${version} of the shard map, which has been replaced; try again` });

describe('work on a shard', () => {
  it('is done where the key lives, and answers its rows', async () => {
    const map = mapOf(3, 1);
    const shards = processWith(map);
    for (const [shard, key] of keysOf(map).entries()) {
      expect(await put(shards, key)).toEqual([expect.objectContaining({ key })]);
      expect(await get(shards, key)).toEqual([expect.objectContaining({ value: 'value' })]);
      expect(await keysOn(shard)).toEqual([key]);
    }
    expect(await get(shards, 'nobody')).toEqual([]);
    const silent = await shards.executeOnShard('silent', (shard) => shard.query(writes.insertSilently, ['silent', '']));
    expect(silent).toEqual([]);
    expect(await keysOn(new ShardLocator(map).shardOf('silent'))).toContain('silent');
  });

  it('fails with the error of its statement', async () => {
    const shards = processWith(mapOf(3, 1));
    await expect(shards.executeOnShard('key', (shard) => shard.query(reads.wrong, []))).rejects.toThrow('relation "nowhere" does not exist');
    await put(shards, 'key');
    await expect(put(shards, 'key')).rejects.toMatchObject({ code: '23505' });
    await expect(shards.executeOnBucket(1024, () => Promise.resolve())).rejects.toThrow('bucket 1024 is outside 0 to 1023');
  });
});

describe('a fan-out', () => {
  it('gives every result, in shard order', async () => {
    const map = mapOf(3, 1);
    const shards = processWith(map);
    for (const key of keysOf(map)) await put(shards, key);
    const results = await shards.fanOut(async (shard) => ({ number: shard.number, keys: (await shard.query<{ key: string }>(reads.all, [])).map(({ key }) => key) }));
    expect(results).toEqual(keysOf(map).map((key, number) => ({ number, keys: [key] })));
  });

  it('asks the shards that have buckets only', async () => {
    expect(await processWith(mapOf(2, 1)).fanOut((shard) => Promise.resolve(shard.number))).toEqual([0, 1]);
  });
});

describe('a shard that cannot be reached', () => {
  const beyond = async (): Promise<ShardedDatabase> => {
    await processWith(mapOf(3, 1)).fanOut((shard) => shard.query(reads.all, []));
    return processWith(mapOf(3, 1), await withoutSecond());
  };

  it('is named; the others are served', async () => {
    const shards = await beyond();
    const [first, second, third] = keysOf(mapOf(3, 1));
    expect(await refusal(put(shards, second ?? ''))).toEqual({ status: 503, headers: { 'Retry-After': '1' }, detail: 'shard 1 cannot be reached just now; try again' });
    for (const key of [first, third]) expect(await put(shards, key ?? '')).toHaveLength(1);
    const answer = await refusal(shards.fanOut((shard) => shard.query(reads.all, [])));
    expect(answer).toEqual({ status: 503, headers: { 'Retry-After': '1' }, detail: 'shard 1 of 3 cannot be reached just now, and this answer needs every shard; try again' });
  });

  it('keeps a new version from use, and older ones in it', async () => {
    await beyond();
    const newer = processWith(mapOf(3, 2), await withoutSecond());
    expect(await refusal(put(newer, keysOf(mapOf(3, 2))[0] ?? ''))).toMatchObject({ status: 503, detail: 'a new version of the shard map needs every shard once, and shard 1 cannot be reached just now; try again' });
    expect(await states()).toEqual([both(1), both(1), both(1)]);
  });

  it('is one that does not answer in time, too', async () => {
    await processWith(mapOf(3, 1)).fanOut((shard) => shard.query(reads.all, []));
    const shards = processWith(mapOf(3, 1), addresses, 0.05);
    const sleeping = (shard: Shard) => (shard.number === 2 ? shard.query(reads.sleep, []) : Promise.resolve([]));
    expect(await refusal(shards.fanOut(sleeping))).toMatchObject({ status: 503, detail: expect.stringContaining('shard 2 of 3 ') });
    expect(await refusal(shards.executeOnBucket(1023, sleeping))).toMatchObject({ status: 503, detail: 'shard 2 cannot be reached just now; try again' });
  });
});

describe('two versions of the map', () => {
  it('the first is taken into use on every shard by whoever comes first', async () => {
    expect(await states()).toEqual([both(0), both(0), both(0)]);
    await Promise.all([...Array(10).keys()].map((number) => put(processWith(mapOf(3, 1)), `key ${number}`)));
    expect(await states()).toEqual([both(1), both(1), both(1)]);
  });

  it.each(['read', 'write'] as const)('a newer one is taken into use by a %s, and the older one is refused', async (kind) => {
    const [before, after] = [mapOf(2, 1), mapOf(3, 2)];
    const [older, newer] = [processWith(before), processWith(after)];
    const key = movedKey(before, after, 2);
    expect(await put(older, key)).toHaveLength(1);
    // The row is not moved: its absence shows where the newer process looks.
    if (kind === 'read') expect(await get(newer, key)).toEqual([]);
    else expect(await put(newer, key)).toHaveLength(1);
    expect(await states()).toEqual([both(2), both(2), both(2)]);
    expect(await refusal(put(older, 'another'))).toEqual(stale(1));
    expect(await refusal(get(older, key))).toEqual(stale(1));
    expect(await refusal(older.fanOut((shard) => shard.query(reads.all, [])))).toEqual(stale(1));
    expect([...(await keysOn(0)), ...(await keysOn(1))]).toEqual([key]);
    expect(await keysOn(2)).toEqual(kind === 'read' ? [] : [key]);
  });

  it('one that a shard has been told of, and not another, serves no newer process and no older one', async () => {
    const older = processWith(mapOf(3, 1));
    await put(older, 'key');
    // As after a crash between telling the shards and taking into use.
    await administer(addressOf(0), 'SELECT shard_map_refuse_below(2)');
    expect(await states()).toEqual([{ refuses_below: 2, in_use: 1 }, both(1), both(1)]);
    const [first] = keysOf(mapOf(3, 1));
    expect(await refusal(get(older, first ?? ''))).toEqual(stale(1));
    await get(processWith(mapOf(3, 2)), first ?? '');
    expect(await states()).toEqual([both(2), both(2), both(2)]);
  });

  it('a third one makes the second stale, even where it was never in use', async () => {
    await administer(addressOf(2), 'SELECT shard_map_refuse_below(3)');
    const [first] = keysOf(mapOf(3, 2));
    expect(await refusal(put(processWith(mapOf(3, 2)), first ?? ''))).toEqual(stale(2));
    expect(await states()).toEqual([both(0), both(0), { refuses_below: 3, in_use: 0 }]);
  });

  it('a write that is under way is waited for, and one that comes later is refused', async () => {
    const map = mapOf(3, 1);
    const key = keysOf(map)[0] ?? '';
    const first = addressOf(0);
    const older = processWith(map);
    await put(older, 'x');
    // Its lock is the one that a statement holds until its commit.
    const slow = new Client({ ...first });
    await slow.connect();
    await slow.query('BEGIN');
    await slow.query(`SELECT shard_map_guard(1)`);
    const newer = get(processWith(mapOf(3, 2)), key);
    const waiting = async (lock: string): Promise<boolean> => (await administer(first, `SELECT FROM pg_locks WHERE locktype = 'advisory' AND mode = '${lock}' AND NOT granted`)).length > 0;
    await until(() => waiting('ExclusiveLock'));
    const late = refusal(put(older, key));
    await until(() => waiting('ShareLock'));
    expect((await states())[0]).toEqual(both(1));
    await slow.query('COMMIT');
    await slow.end();
    expect(await newer).toEqual([]);
    expect(await late).toEqual(stale(1));
    expect(await keysOn(0)).not.toContain(key);
  });
});

/** Holds the last statement by which a process takes a map into use, on each of the three shards; others pass. @returns goes on with each, once it is held */
function holdUses(): readonly (() => void)[] {
  const { query } = Database.prototype;
  const release: (() => void)[] = [];
  jest.spyOn(Database.prototype, 'query').mockImplementation(async function (this: Database, ...parameters) {
    if (release.length < 3 && parameters[0].text.startsWith('UPDATE shard_map')) await new Promise<void>((goOn) => release.push(goOn));
    return query.apply(this, parameters) as Promise<never>;
  });
  return release;
}

describe('a process that takes the shards for others', () => {
  const other = { status: 503, headers: { 'Retry-After': '1' }, detail: 'this server has another shard map than the shards, under the same version, or another number of buckets, or their databases in another order; try again' };
  const swapped = () => [addressOf(1), addressOf(0), addressOf(2)];

  it.each([
    ['with another map of the same version', (map: ShardMap) => processWith({ ...mapOf(2, map.version), version: map.version })],
    ['with two shards in each other’s place', (map: ShardMap) => processWith(map, swapped())],
    ['with a newer map of more buckets', (map: ShardMap) => processWith(mapOf(3, map.version + 1, 2048))],
    ['with two shards in each other’s place and a newer map', (map: ShardMap) => processWith({ ...map, version: map.version + 1 }, swapped())],
  ])('%s is refused, by reads and writes, and changes nothing', async (_name, wrong) => {
    const map = mapOf(3, 1);
    const right = processWith(map);
    for (const key of keysOf(map)) await put(right, key);
    const process = wrong(map);
    for (const key of keysOf(map).slice(0, 2)) {
      expect(await refusal(get(process, key))).toEqual(other);
      expect(await refusal(put(process, `${key}!`))).toEqual(other);
    }
    expect(await refusal(process.fanOut((shard) => shard.query(reads.all, [])))).toEqual(other);
    expect(await states()).toEqual([both(1), both(1), both(1)]);
    expect(await get(right, keysOf(map)[0] ?? '')).toHaveLength(1);
  });

  it('has told shards its version, and comes last to the end of it: the number of buckets that another took into use stays', async () => {
    const [older, newer] = [processWith(mapOf(3, 1)), processWith(mapOf(3, 2, 2048))];
    const release = holdUses();
    const late = refusal(put(older, 'key'));
    await until(() => release.length === 3);
    expect(await put(newer, 'key')).toHaveLength(1);
    release.forEach((goOn) => goOn());
    expect(await late).toEqual(stale(1));
    expect(await get(newer, 'key')).toHaveLength(1);
    expect(await administer(addressOf(0), 'SELECT in_use, buckets FROM shard_map')).toEqual([{ in_use: 2, buckets: 2048 }]);
  });

  it('is served when its map differs only in how it is written', async () => {
    const map = mapOf(3, 1);
    await put(processWith(map), 'key');
    const ranges = map.ranges.flatMap(({ from, to, shard }) => [{ from: from + 1, to, shard }, { from, to: from, shard }]);
    expect(await get(processWith({ ...map, ranges }), 'key')).toHaveLength(1);
  });

  it('is corrected by a newer version', async () => {
    await put(processWith(mapOf(2, 1)), 'key');
    expect(await refusal(get(processWith(mapOf(3, 1)), 'key'))).toEqual(other);
    const newer = processWith(mapOf(3, 2));
    await newer.fanOut((shard) => shard.query(reads.all, []));
    expect(await states()).toEqual([both(2), both(2), both(2)]);
  });
});

describe('shards that the release before took into use', () => {
  /** As that release did it, which knew of versions alone. */
  const takenIntoUse = (version: number) => Promise.all(addresses.map((address) => administer(address, `SELECT shard_map_refuse_below(${version}); UPDATE shard_map SET in_use = ${version}`)));

  it.each(['read', 'write'] as const)('are told their map by the first %s, and still serve that release', async (kind) => {
    await takenIntoUse(1);
    const shards = processWith(mapOf(3, 1));
    await (kind === 'read' ? get(shards, 'key') : put(shards, 'key'));
    expect(await refusal(get(processWith(mapOf(2, 1)), 'key'))).toMatchObject({ status: 503 });
    expect(await administer(addressOf(0), 'SELECT shard_map_guard(1)')).toHaveLength(1);
  });

  it('forget the map that it replaces', async () => {
    await put(processWith(mapOf(2, 1)), 'key');
    await takenIntoUse(2);
    expect(await put(processWith(mapOf(3, 2)), 'another')).toHaveLength(1);
    expect(await administer(addressOf(2), 'SELECT buckets FROM shard_map')).toEqual([{ buckets: 1024 }]);
  });
});
