import { stopService, until, type ServiceProcess } from '../lib/testing/service-process';
import { TcpProxy } from '../lib/testing/tcp-proxy';
import { addressesOn, Cluster, evenMap, send, type Answer } from './testing';

const LOST = 2;
const map = evenMap(4);
const [senders, others] = [0, 1].map((which) => [0, 1, 2, 3].map((shard) => addressesOn(map, shard, 2)[which] ?? '')) as [string[], string[]];

let cluster: Cluster;
let proxy: TcpProxy;
let urls: string;
const started: ServiceProcess[] = [];

beforeAll(async () => {
  cluster = await Cluster.start(4);
  // Takes the map into use: once, and with every shard.
  const service = await cluster.service();
  for (const from of senders) expect((await post(service, from)).status).toBe(201);
});
beforeEach(async () => {
  const before = await TcpProxy.before(cluster.urls[LOST] ?? '');
  proxy = before.proxy;
  urls = cluster.urls.map((url, shard) => (shard === LOST ? before.url : url)).join();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map(stopService));
  await proxy.cut();
});
afterAll(() => cluster.stop());

async function start(more: Record<string, string> = {}): Promise<ServiceProcess> {
  const service = await cluster.service({ DATABASE_SHARD_URLS: urls, ...more });
  started.push(service);
  return service;
}
const post = (service: ServiceProcess, from: string): Promise<Answer> => send(service, 'POST', '/api/blockchain/transactions', { from, to: others[0], amount: '1' });
const get = (service: ServiceProcess, path: string): Promise<Answer> => send(service, 'GET', `/api/blockchain${path}`);

/** What a client gets for the keys of each shard: writes, reads by id, verification. */
async function statusesByShard(service: ServiceProcess, ids: readonly string[]): Promise<readonly (readonly number[])[]> {
  return Promise.all(
    senders.map(async (from, shard) => {
      const requests = Array.from({ length: 10 }, () => [post(service, from), get(service, `/transactions/${ids[shard] ?? ''}`), get(service, `/accounts/${from}/verify`)]).flat();
      const answers = await Promise.all(requests);
      for (const answer of answers) if (answer.status === 503) expect([answer.headers.get('Retry-After'), answer.json['detail']]).toEqual(['1', `shard ${shard} cannot be reached just now; try again`]);
      return [...new Set(answers.map(({ status }) => status))].sort();
    }),
  );
}
const idsOf = (service: ServiceProcess): Promise<string[]> => Promise.all(senders.map(async (from) => String((await post(service, from)).json['id'])));

it('one of four shards down is 503 for its keys alone; what needs every shard names it', async () => {
  const service = await start();
  const ids = await idsOf(service);
  expect(await statusesByShard(service, ids)).toEqual([[200, 201], [200, 201], [200, 201], [200, 201]]);
  await proxy.cut();
  try {
    expect(await statusesByShard(service, ids)).toEqual([[200, 201], [200, 201], [503], [200, 201]]);
    for (const what of ['balance', 'transactions']) {
      const { status, headers, json } = await get(service, `/accounts/${others[3] ?? ''}/${what}`);
      expect([status, headers.get('Retry-After'), json['detail']]).toEqual([503, '1', 'shard 2 of 4 cannot be reached just now, and this answer needs every shard; try again']);
    }
    expect((await fetch(`${service.url}/ready`)).status).toBe(200);
  } finally {
    await proxy.restore();
  }
  await until(async () => (await post(service, senders[LOST] ?? '')).status === 201);
  expect(await statusesByShard(service, ids)).toEqual([[200, 201], [200, 201], [200, 201], [200, 201]]);
  expect((await get(service, `/accounts/${others[3] ?? ''}/balance`)).status).toBe(200);
});

it('a pod that starts while a shard is down serves the others', async () => {
  await proxy.cut();
  try {
    const service = await start();
    expect(await Promise.all(senders.map(async (from) => (await post(service, from)).status))).toEqual([201, 201, 503, 201]);
  } finally {
    await proxy.restore();
  }
});

it('a shard that accepts and never answers is 503 within the time limit', async () => {
  const service = await start({ SHARD_TIMEOUT_SECONDS: '0.1' });
  proxy.hold();
  const transfer = { from: senders[LOST] ?? '', to: others[0], amount: '1' };
  const answer = await send(service, 'POST', '/api/blockchain/transactions', transfer, { 'Idempotency-Key': 'held' });
  expect([answer.status, answer.headers.get('Retry-After'), answer.json['detail']]).toEqual([503, '1', 'shard 2 cannot be reached just now; try again']);
  expect(await get(service, `/accounts/${others[3] ?? ''}/balance`)).toMatchObject({ status: 503, json: { detail: expect.stringMatching(/^shard .*2.* of 4 cannot be reached/) } });
});

it('without a key nobody is invited to repeat a transfer that may have been made', async () => {
  const service = await start({ SHARD_TIMEOUT_SECONDS: '0.1' });
  // A slow machine may take longer than that to open the first connection.
  await until(async () => (await post(service, senders[LOST] ?? '')).status === 201);
  // What is sent arrives, and no answer comes back.
  proxy.hold();
  const asked = await post(service, senders[LOST] ?? '');
  expect([asked.status, asked.headers.get('Retry-After'), asked.json['detail']]).toEqual([503, null, expect.stringContaining('the transfer may have been made, or not')]);
  await proxy.cut();
  await until(async () => (await post(service, senders[LOST] ?? '')).headers.get('Retry-After') === '1');
});

it('pods with another version of the map meet: the older ones are refused everywhere, and write nothing', async () => {
  const older = await start();
  const ids = await idsOf(older);
  const newer = await start({ SHARD_MAP: JSON.stringify({ ...map, version: 2 }) });
  const before = await countAll();
  expect((await get(newer, `/transactions/${ids[0] ?? ''}`)).status).toBe(200);
  for (const path of [...ids.map((id) => `/transactions/${id}`), `/accounts/${senders[0] ?? ''}/balance`, `/accounts/${senders[1] ?? ''}/verify`, `/accounts/${senders[3] ?? ''}/transactions`]) {
    const { status, headers, json } = await get(older, path);
    expect([status, headers.get('Retry-After'), json['detail']]).toEqual([503, '1', 'this server has version 1 of the shard map, which has been replaced; try again']);
  }
  for (const from of senders) expect((await post(older, from)).status).toBe(503);
  expect(await countAll()).toEqual(before);
  for (const from of senders) expect((await post(newer, from)).status).toBe(201);
});

const countAll = async (): Promise<unknown> => Promise.all([0, 1, 2, 3].map((shard) => cluster.query(shard, 'SELECT count(*)::int AS count FROM transactions')));
