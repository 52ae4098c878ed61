import { request } from 'node:http';
import type { ServiceProcess } from '../lib/testing/service-process';
import { addressesOn, Cluster, evenMap, send, type Answer } from './testing';

let cluster: Cluster;
/** Two pods: a repetition may reach another one. */
let services: readonly [ServiceProcess, ServiceProcess];
const [, first = '', second = ''] = addressesOn(evenMap(4), 1, 3);
const [elsewhere = ''] = addressesOn(evenMap(4), 2, 1);

beforeAll(async () => {
  cluster = await Cluster.start(4);
  // Connections for all at once: here the same key is what they meet at, not a full pool.
  services = [await cluster.service({ DATABASE_SHARD_POOL_MAX: '40' }), await cluster.service({ DATABASE_SHARD_POOL_MAX: '40' })];
});
afterAll(() => cluster.stop());

function post(body: unknown, key?: string, pod: 0 | 1 = 0): Promise<Answer> {
  return send(services[pod], 'POST', '/api/blockchain/transactions', body, key === undefined ? {} : { 'Idempotency-Key': key });
}
const stored = async (sender: string): Promise<number> => {
  const counts = await Promise.all([0, 1, 2, 3].map((shard) => cluster.query<{ count: number }>(shard, 'SELECT count(*)::int AS count FROM transactions WHERE sender = $1', [sender])));
  return counts.flat().reduce((sum, { count }) => sum + count, 0);
};

it('the same key 100 times at once is one transaction and one answer', async () => {
  const body = { from: first, to: elsewhere, amount: '12.5' };
  const answers = await Promise.all(Array.from({ length: 100 }, (_, number) => post(body, 'F21', number % 2 === 0 ? 0 : 1)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ json }) => JSON.stringify(json))).size).toBe(1);
  expect(new Set(answers.map(({ headers }) => headers.get('Location')))).toEqual(new Set([`/api/blockchain/transactions/${String(answers[0]?.json['id'])}`]));
  expect(await stored(first)).toBe(1);
  const verify = await send(services[0], 'GET', `/api/blockchain/accounts/${first}/verify`);
  expect(verify.json).toMatchObject({ valid: true, entries: 1 });
  const metrics = await Promise.all(services.map(async ({ metricsUrl }) => (await (await fetch(metricsUrl)).text()).match(/^transactions_total (\d+)$/m)?.[1]));
  expect(metrics.reduce((sum, count) => sum + Number(count), 0)).toBe(1);
  // Later, after other transactions, too; and the same transfer in another spelling.
  await post({ ...body, amount: '1' });
  expect(await post({ from: `0x${first.slice(2).toUpperCase()}`, to: elsewhere, amount: '12.50' }, 'F21', 1)).toMatchObject({ status: 201, json: answers[0]?.json });
  expect(await stored(first)).toBe(2);
});

it('100 keys at once are 100 transactions, and so are 100 requests without one', async () => {
  const body = { from: second, to: elsewhere, amount: '1' };
  // A pod has room for so many: 40 at work, 100 that wait.
  const answers = await Promise.all(Array.from({ length: 100 }, (_, number) => [post(body, `key-${number}`, 0), post(body, undefined, 1)]).flat());
  expect(new Set(answers.map(({ json }) => json['id'])).size).toBe(200);
  expect(await stored(second)).toBe(200);
});

it('the same key with another body is 422, and changes nothing', async () => {
  const [, , , from = ''] = addressesOn(evenMap(4), 1, 4);
  const body = { from, to: elsewhere, amount: '1' };
  const { json } = await post(body, 'reused');
  for (const other of [{ ...body, amount: '1.000000000000000001' }, { ...body, to: first }]) {
    expect(await post(other, 'reused')).toMatchObject({ status: 422, json: { field: 'Idempotency-Key', detail: 'Idempotency-Key was used by this sender for another transfer; take a new key' } });
  }
  expect(await post(body, 'reused')).toMatchObject({ status: 201, json });
  expect(await stored(from)).toBe(1);
  // A key is its sender's.
  expect((await post({ ...body, from: elsewhere }, 'reused')).json['id']).not.toBe(json['id']);
  // A body that is wrong takes no key.
  expect(await post({ ...body, amount: '-1' }, 'later')).toMatchObject({ status: 400 });
  expect(await post(body, 'later')).toMatchObject({ status: 201 });
});

it.each(['', 'a b', 'ü', 'x'.repeat(257)])('refuses the key %j', async (key) => {
  const answer = await post({ from: first, to: elsewhere, amount: '1' }, key);
  expect(answer).toMatchObject({ status: 400, json: { field: 'Idempotency-Key', detail: 'Idempotency-Key must be 1 to 256 visible ASCII characters without spaces, given once' } });
});

it('takes a key of 256 characters, and refuses two', async () => {
  const body = JSON.stringify({ from: elsewhere, to: first, amount: '1' });
  expect(await post(body, 'x'.repeat(256))).toMatchObject({ status: 201 });
  const status = await new Promise((resolve, reject) => {
    const outgoing = request(`${services[0].url}/api/blockchain/transactions`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': ['a', 'a'] } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.on('error', reject).end(body);
  });
  expect(status).toBe(400);
});
