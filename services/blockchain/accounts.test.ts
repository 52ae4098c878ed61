import type { ServiceProcess } from '../lib/testing/service-process';
import { entryHash } from './chain';
import { chainCursorOf, cursorOf } from './cursor';
import { addressesOn, addressOf, Cluster, evenMap, send, type Answer } from './testing';
import type { Transaction } from './transaction';

let cluster: Cluster;
let service: ServiceProcess;
/** Addresses that no other test uses, in turn one on each shard. */
const fresh = [0, 1, 2, 3].map((shard) => addressesOn(evenMap(4), shard, 30)[Symbol.iterator]());
const newAddress = (shard: number): string => String(fresh[shard]?.next().value);

beforeAll(async () => {
  cluster = await Cluster.start(4);
  service = await cluster.service();
});
afterAll(() => cluster.stop());

const get = (path: string): Promise<Answer> => send(service, 'GET', `/api/blockchain${path}`);
async function transfer(from: string, to: string, amount: string, headers: Record<string, string> = {}): Promise<Transaction> {
  const { status, json } = await send(service, 'POST', '/api/blockchain/transactions', { from, to, amount }, headers);
  expect(status).toBe(201);
  return json as unknown as Transaction;
}

/** Every page of an account's list, one after the other. */
async function pages(address: string, limit: number): Promise<string[][]> {
  const found: string[][] = [];
  let cursor: unknown = '';
  do {
    const { status, json } = await get(`/accounts/${address}/transactions?limit=${limit}${cursor === '' ? '' : `&cursor=${String(cursor)}`}`);
    expect(status).toBe(200);
    found.push((json['transactions'] as Transaction[]).map(({ id }) => id));
    cursor = json['nextCursor'];
  } while (cursor !== null);
  return found;
}

describe('the transactions of an account', () => {
  it('are those sent and received on every shard, newest first, page by page', async () => {
    const account = newAddress(0);
    const others = [1, 2, 3].map(newAddress);
    const made: Transaction[] = [];
    for (let round = 0; round < 3; round += 1) {
      for (const other of others) made.push(await transfer(account, other, '1'), await transfer(other, account, '2'));
    }
    made.push(await transfer(account, account, '3'));
    await transfer(others[0] ?? '', others[1] ?? '', '4');
    const expected = made.sort((a, b) => (a.createdAt === b.createdAt ? (a.id.slice(5) < b.id.slice(5) ? 1 : -1) : a.createdAt < b.createdAt ? 1 : -1)).map(({ id }) => id);
    for (const limit of [1, 4, 18, 19, 100]) {
      const found = await pages(account, limit);
      expect(found.flat()).toEqual(expected);
      expect(found.map(({ length }) => length)).toEqual(Array.from({ length: Math.ceil(19 / limit) }, (_, page) => Math.min(limit, 19 - page * limit)));
    }
    const { json } = await get(`/accounts/${account}/transactions`);
    expect(json['transactions']).toHaveLength(19);
    expect((json['transactions'] as Transaction[]).find(({ id }) => id === made[0]?.id)).toEqual(made[0]);
  });

  it('of one moment are in the order of their ids, none left out between pages', async () => {
    const account = newAddress(0);
    const others = [1, 2, 3].map(newAddress);
    const made = await Promise.all(Array.from({ length: 12 }, (_, number) => transfer(others[number % 3] ?? '', account, '1')));
    for (const shard of [1, 2, 3]) await cluster.query(shard, "UPDATE transactions SET created_at = '2026-01-01T00:00:00Z' WHERE recipient = $1", [account]);
    const expected = made.map(({ id }) => id).sort((a, b) => (a.slice(5) < b.slice(5) ? 1 : -1));
    for (const limit of [1, 5, 12]) expect((await pages(account, limit)).flat()).toEqual(expected);
  });

  it('are 20 unless told otherwise', async () => {
    const account = newAddress(1);
    await Promise.all(Array.from({ length: 21 }, () => transfer(account, account, '1')));
    expect((await get(`/accounts/${account}/transactions`)).json).toMatchObject({ transactions: { length: 20 }, nextCursor: expect.stringMatching(/^[\w-]{32}$/) });
    expect((await get(`/accounts/${account}/transactions?limit=21`)).json).toMatchObject({ transactions: { length: 21 }, nextCursor: null });
  });

  it('are none for an account that nobody has used', async () => {
    expect(await get(`/accounts/${addressOf(0xdead)}/transactions`)).toMatchObject({ status: 200, json: { transactions: [], nextCursor: null } });
  });
});

describe('a balance', () => {
  it('is what an account has received, on every shard, less what it has sent, exactly', async () => {
    const account = newAddress(0);
    const others = [0, 1, 2, 3].map(newAddress);
    for (const other of others) await transfer(other, account, '9007199254740992');
    await transfer(account, others[2] ?? '', '0.000000000000000001');
    await transfer(account, account, '5');
    expect((await get(`/accounts/0x${account.slice(2).toUpperCase()}/balance`)).json).toEqual({ address: account, balance: '36028797018963967.999999999999999999' });
    expect((await get(`/accounts/${others[2] ?? ''}/balance`)).json).toEqual({ address: others[2], balance: '-9007199254740991.999999999999999999' });
    expect((await get(`/accounts/${addressOf(0xdead)}/balance`)).json).toEqual({ address: addressOf(0xdead), balance: '0' });
  });
});

describe('the entries of an account', () => {
  it('are linked, each to the one before, however many are sent at once', async () => {
    const [account, other] = [newAddress(2), newAddress(3)];
    const sent = await Promise.all(Array.from({ length: 30 }, (_, number) => transfer(account, other, `${number}.5`)));
    const entries = sent.sort((a, b) => a.sequence - b.sequence);
    expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(entries.map(({ previousHash }) => previousHash)).toEqual(['0'.repeat(64), ...entries.slice(0, -1).map(({ hash }) => hash)]);
    // As a client would: from what the API gave it.
    for (const entry of entries) expect(entryHash({ ...entry, createdAt: new Date(entry.createdAt) })).toBe(entry.hash);
    expect((await get(`/accounts/${account}/verify`)).json).toEqual({ address: account, valid: true, entries: 30, headHash: entries.at(-1)?.hash });
    expect((await get(`/accounts/${other}/verify`)).json).toEqual({ address: other, valid: true, entries: 0, headHash: '0'.repeat(64) });
  });

  it.each([
    ['changed amount', 'UPDATE transactions SET amount = 7 WHERE sender = $1 AND sequence = 2', { sequence: 2, id: expect.any(String), reason: 'wrong hash' }],
    ['missing entry', 'DELETE FROM transactions WHERE sender = $1 AND sequence = 2', { sequence: 2, reason: 'missing' }],
    ['missing end', 'DELETE FROM transactions WHERE sender = $1 AND sequence = 3', { sequence: 3, reason: 'missing' }],
    ['missing head', 'DELETE FROM account_heads WHERE address = $1', { sequence: 1, reason: 'not in the chain' }],
    ['head moved back', "UPDATE account_heads SET sequence = 2, hash = previous_hash WHERE address = $1", { sequence: 3, reason: 'not in the chain' }],
    ['changed head', "UPDATE account_heads SET hash = sha256('x') WHERE address = $1", { sequence: 3, reason: 'not in the chain' }],
  ])('do not verify with a %s', async (_what, sql, firstBroken) => {
    const account = newAddress(3);
    for (const amount of ['1', '2', '3']) await transfer(account, addressOf(1), amount);
    expect((await get(`/accounts/${account}/verify`)).json).toMatchObject({ valid: true, entries: 3 });
    await cluster.query(3, sql, [account]);
    expect(await get(`/accounts/${account}/verify`)).toMatchObject({ status: 200, json: { address: account, valid: false, firstBroken } });
  });

  it('verify over more than one page', async () => {
    const account = newAddress(1);
    await transfer(account, addressOf(1), '1');
    // The statement of the service would take a second a thousand; the same hashes, one after the other.
    await cluster.query(1, `DO $$
      DECLARE head account_heads; new_id uuid; made timestamptz := date_trunc('milliseconds', now());
      BEGIN
        SELECT * INTO head FROM account_heads WHERE address = '${account}';
        FOR number IN 2..2000 LOOP
          new_id := gen_random_uuid();
          head.sequence := number;
          head.previous_hash := head.hash;
          head.hash := entry_hash(head.previous_hash, number, head.bucket, new_id, head.address, head.address, 1, made);
          INSERT INTO transactions (bucket, id, sender, recipient, amount, created_at, sequence, previous_hash, hash) VALUES (head.bucket, new_id, head.address, head.address, 1, made, number, head.previous_hash, head.hash);
        END LOOP;
        UPDATE account_heads SET sequence = head.sequence, previous_hash = head.previous_hash, hash = head.hash WHERE address = head.address;
      END $$`);
    expect((await get(`/accounts/${account}/verify`)).json).toMatchObject({ valid: true, entries: 2000 });
    // Of a long chain so much at a time, and no verdict before the end.
    const parts: unknown[] = [];
    let cursor: unknown = '';
    do {
      const { status, json } = await get(`/accounts/${account}/verify?limit=700${cursor === '' ? '' : `&cursor=${String(cursor)}`}`);
      expect(status).toBe(200);
      parts.push([json['valid'], json['entries']]);
      cursor = json['nextCursor'];
    } while (cursor !== undefined);
    expect(parts).toEqual([[undefined, 700], [undefined, 1400], [true, 2000]]);
    expect((await get(`/accounts/${account}/verify?limit=2000`)).json).toMatchObject({ entries: 2000, nextCursor: expect.any(String) });
    expect((await get(`/accounts/${account}/verify?limit=2000&cursor=${chainCursorOf({ sequence: 0, hash: '0'.repeat(64) })}`)).json).toMatchObject({ entries: 2000 });
    expect((await get(`/accounts/${account}/verify?cursor=${chainCursorOf({ sequence: 700, hash: '1'.repeat(64) })}`)).json).toMatchObject({ valid: false, firstBroken: { sequence: 701, reason: 'wrong previous hash' } });
    await cluster.query(1, 'UPDATE transactions SET amount = 2 WHERE sender = $1 AND sequence = 1500', [account]);
    expect((await get(`/accounts/${account}/verify`)).json).toMatchObject({ valid: false, firstBroken: { sequence: 1500, reason: 'wrong hash' } });
  });
});

describe('rows that are at two places, since their bucket is being moved', () => {
  it('count once, and are listed once', async () => {
    const [account, other] = [newAddress(0), newAddress(3)];
    for (const [from, to] of [[account, other], [other, account]] as const) await transfer(from, to, '5');
    const before = await Promise.all(['balance', 'transactions'].map((what) => get(`/accounts/${account}/${what}`)));
    const columns = 'bucket, id, sender, recipient, amount, created_at, sequence, previous_hash, hash';
    for (const [from, to] of [[0, 2], [3, 1]] as const) {
      const rows = await cluster.query<Record<string, unknown>>(from, `SELECT ${columns} FROM transactions WHERE sender IN ($1, $2)`, [account, other]);
      for (const row of rows) await cluster.query(to, `INSERT INTO transactions (${columns}) VALUES (${columns.split(', ').map((_, index) => `$${index + 1}`).join()})`, Object.values(row));
      expect(rows).toHaveLength(1);
    }
    const after = await Promise.all(['balance', 'transactions'].map((what) => get(`/accounts/${account}/${what}`)));
    expect(after.map(({ json }) => json)).toEqual(before.map(({ json }) => json));
    expect(after[0]?.json).toMatchObject({ balance: '0' });
  });
});

describe('what is refused', () => {
  const account = addressOf(1);
  const limit = { status: 400, json: { field: 'limit', detail: 'limit must be a whole number, 1 to 100' } };
  const cursor = { status: 400, json: { field: 'cursor', detail: 'cursor must be the nextCursor of an earlier page, 32 characters of base64url' } };

  it.each<readonly [string, object]>([
    ...['-1', '0', 'abc', '101', '1000000', '1.5', '', '01', '1e1', '%201', 'NaN'].map((text) => [`/accounts/${account}/transactions?limit=${text}`, limit] as const),
    ...['', 'x', 'A'.repeat(31), '_'.repeat(32), `${'A'.repeat(31)}*`, '%00'].map((text) => [`/accounts/${account}/transactions?cursor=${text}`, cursor] as const),
    [`/accounts/${account}/transactions?limit=1&limit=1`, { status: 400, json: { field: 'limit', detail: 'limit is given twice; give it once' } }],
    [`/accounts/${account}/transactions?page=2`, { status: 400, json: { field: 'page', detail: '"page" is not a known field' } }],
    [`/accounts/${account}/balance?currency=x`, { status: 400, json: { field: 'currency' } }],
    ...['0', '5001', '10000', 'x'].map((text) => [`/accounts/${account}/verify?limit=${text}`, { status: 400, json: { field: 'limit', detail: 'limit must be a whole number, 1 to 5000' } }] as const),
    ...['', 'A'.repeat(53), '_'.repeat(54), `${'A'.repeat(53)}*`].map((text) => [`/accounts/${account}/verify?cursor=${text}`, { status: 400, json: { field: 'cursor', detail: 'cursor must be the nextCursor of an earlier answer, 54 characters of base64url' } }] as const),
    [`/accounts/${account}/verify?deep=1`, { status: 400, json: { field: 'deep' } }],
    ['/transactions/1?a=1&a=2', { status: 400, json: { field: 'a', detail: 'a is given twice; give it once' } }],
    ...['transactions', 'balance', 'verify'].flatMap((what) => [
      [`/accounts/alice/${what}`, { status: 400, json: { field: 'address', detail: 'address must be 0x and 40 hex digits' } }] as const,
      [`/accounts/${account}0/${what}`, { status: 400, json: { field: 'address' } }] as const,
      [`/accounts/%zz/${what}`, { status: 400, json: { detail: 'path is not valid percent-encoding' } }] as const,
      [`/accounts/0x${'%00'.repeat(40)}/${what}`, { status: 400, json: { field: 'address' } }] as const,
    ]),
    ['/transactions/%zz', { status: 400, json: { detail: 'path is not valid percent-encoding' } }],
    ['/accounts', { status: 404, json: {} }],
  ])('GET %s', async (path, expected) => {
    const answer = await get(path);
    expect(answer).toMatchObject(expected);
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
  });

  it.each(['x', 'web5:0/1'])('a token of another service, %s', async (token) => {
    const headers = { 'X-Consistency-Token': token };
    expect(await send(service, 'GET', `/api/blockchain/accounts/${account}/balance`, undefined, headers)).toMatchObject({ status: 400, json: { field: 'X-Consistency-Token' } });
    expect(await send(service, 'POST', '/api/blockchain/transactions', { from: account, to: account, amount: '1' }, headers)).toMatchObject({ status: 400 });
  });

  it('a parameter of a POST, whether given once or twice', async () => {
    const body = { from: account, to: account, amount: '1' };
    expect(await send(service, 'POST', '/api/blockchain/transactions?x=1&x=2', body)).toMatchObject({ status: 400, json: { field: 'x', detail: 'x is given twice; give it once' } });
    expect(await send(service, 'POST', '/api/blockchain/transactions?x=1', body)).toMatchObject({ status: 400, json: { field: 'x' } });
  });

  it.each([
    ['limit=1'],
    ['limit=100'],
    [`cursor=${cursorOf({ createdMillis: 0, uuid: '00000000-0000-0000-0000-000000000000' })}`],
    [`cursor=${cursorOf({ createdMillis: 253_402_300_799_999, uuid: 'ffffffff-ffff-ffff-ffff-ffffffffffff' })}&limit=9`],
  ])('but not %s', async (query) => {
    expect(await get(`/accounts/${account}/transactions?${query}`)).toMatchObject({ status: 200 });
  });

  it.each([
    ['{"from":"0x', 400, undefined, 'body is not valid JSON at position 8'],
    ['[]', 400, undefined, 'body must be a JSON object'],
    [`{"from":"${account}","to":"${account}","amount":"1","__proto__":{}}`, 400, '__proto__', '"__proto__" is not a known field'],
    [`{"from":"${account}","to":"${account}","amount":"1","constructor":1}`, 400, 'constructor', '"constructor" is not a known field'],
    [`{"from":"${account}","to":"${account}","amount":1}`, 400, 'amount', expect.stringContaining('amount must be a decimal string, at least 0')],
    [`{"from":"${account}","to":"${account}\\u0000","amount":"1"}`, 400, 'to', 'to must be 0x and 40 hex digits'],
    [`{"from":["${account}"],"to":"${account}","amount":"1"}`, 400, 'from', 'from must be 0x and 40 hex digits'],
    [`{"from":"${account}","amount":"1"}`, 400, 'to', 'to is required'],
  ])('POST %s', async (body, status, field, detail) => {
    const answer = await send(service, 'POST', '/api/blockchain/transactions', body);
    expect(answer).toMatchObject({ status, json: { detail, ...(field === undefined ? {} : { field }) } });
  });
});
