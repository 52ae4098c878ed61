import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { startCluster, type PostgresCluster } from '../lib/testing/postgres-cluster';
import { spawnService, stopService, until, untilReady, type ServiceProcess } from '../lib/testing/service-process';
import { rotationMessage } from './ed25519-signature';

let cluster: PostgresCluster;
let pods: ServiceProcess[];

beforeAll(async () => {
  cluster = await startCluster('web5', 1);
  const [replica] = cluster.replicas;
  // A lag that no test reaches: the replica is read, however old it is.
  const variables = { DATABASE_URL: cluster.primary.url, DATABASE_REPLICA_URLS: replica?.url ?? '', DATABASE_POOL_MAX: '5', DATABASE_REPLICA_POOL_MAX: '5', DATABASE_MAX_LAG_SECONDS: '3600', DATABASE_SAMPLE_SECONDS: '0.1' };
  expect(await (await spawnService('web5', variables, ['migrate'])).exit).toBe(0);
  await replica?.server.caughtUp();
  pods = await Promise.all([0, 1].map(() => spawnService('web5', variables)));
  await Promise.all(pods.map(untilReady));
  await until(async () => (await Promise.all(pods.map(async ({ metricsUrl }) => (await (await fetch(metricsUrl)).text()).includes('database_replica_state{replica="0",state="healthy"} 1')))).every(Boolean));
});
afterAll(async () => {
  await Promise.all(pods.map(stopService));
  await cluster.stop();
});

async function send(pod: number, method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
  const init = body === undefined ? { headers } : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } };
  const response = await fetch(`${pods[pod]?.url ?? ''}/api/web5${path}`, { method, ...init });
  const cookie = response.headers.get('Set-Cookie')?.split(';', 1)[0] ?? '';
  return { status: response.status, json: (await response.json()) as Record<string, unknown>, token: response.headers.get('X-Consistency-Token') ?? '', cookie };
}

interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: Buffer;
}
function newPair(): Pair {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '', 'base64url') };
}
const signed = (message: Buffer, { privateKey }: Pair): string => sign(null, message, privateKey).toString('base64url');

describe('while the replica stands still', () => {
  let did: string;
  const [stolen, next] = [newPair(), newPair()];

  beforeAll(async () => {
    did = String((await send(0, 'POST', '/identities', { publicKey: stolen.publicKey.toString('base64url') })).json['id']);
    await cluster.replicas[0]?.server.caughtUp();
    await cluster.replicas[0]?.server.pauseReplay();
  });
  afterAll(() => cluster.replicas[0]?.server.resumeReplay());

  it('a client sees what it has written, on another pod, by header or by cookie; without its token it may not', async () => {
    const created = await send(0, 'POST', '/identities', { publicKey: newPair().publicKey.toString('base64url') });
    expect(created.token).toMatch(/^web5:[0-9A-F]+\/[0-9A-F]+$/);
    const path = `/identities/${String(created.json['id'])}`;
    expect((await send(1, 'GET', path, undefined, { 'X-Consistency-Token': created.token })).status).toBe(200);
    expect((await send(1, 'GET', path, undefined, { Cookie: created.cookie })).status).toBe(200);
    expect((await send(1, 'GET', path)).status).toBe(404);
  });

  it('a key that was replaced verifies nothing and rotates nothing, with or without a token', async () => {
    const rotation = { did, version: 1, publicKey: next.publicKey };
    const rotated = await send(0, 'PUT', `/identities/${did}`, { publicKey: next.publicKey.toString('base64url'), version: 1, signature: signed(rotationMessage(rotation), stolen) });
    expect(rotated).toMatchObject({ status: 200, json: { version: 2 } });
    // The replica still has the old one, and serves it to those who need no more.
    expect((await send(1, 'GET', `/identities/${did}`)).json).toMatchObject({ version: 1 });
    expect((await send(1, 'GET', `/identities/${did}`, undefined, { 'X-Consistency-Token': rotated.token })).json).toMatchObject({ version: 2 });
    // Who still thinks so is told, and gets what it takes to see why.
    const late = await send(1, 'PUT', `/identities/${did}`, { publicKey: next.publicKey.toString('base64url'), version: 1, signature: signed(rotationMessage(rotation), stolen) });
    expect(late).toMatchObject({ status: 409, token: 'web5:primary' });
    for (const headers of [{ 'X-Consistency-Token': late.token }, { Cookie: late.cookie }]) {
      expect((await send(1, 'GET', `/identities/${did}`, undefined, headers)).json).toMatchObject({ version: 2 });
    }
    const claim = { did, message: 'x', signature: signed(Buffer.from('x'), stolen) };
    expect((await send(1, 'POST', '/verify', claim)).json).toEqual({ did, version: 2, valid: false });
    const again = { did, version: 2, publicKey: stolen.publicKey };
    expect(await send(1, 'PUT', `/identities/${did}`, { publicKey: stolen.publicKey.toString('base64url'), version: 2, signature: signed(rotationMessage(again), stolen) })).toMatchObject({ status: 403 });
    // The new one does, at once.
    expect((await send(1, 'POST', '/verify', { ...claim, signature: signed(Buffer.from('x'), next) })).json).toEqual({ did, version: 2, valid: true });
  });
});

it.each(['web4:0/1', 'web5:0', '0/1', 'web5:FFFFFFFF/0'])('a token that is none, %s, is refused on every route', async (token) => {
  const did = `did:rechain:${'0'.repeat(64)}`;
  for (const [method, path, body] of [['POST', '/identities', {}], ['GET', `/identities/${did}`, undefined], ['PUT', `/identities/${did}`, {}], ['POST', '/verify', {}]] as const) {
    expect(await send(0, method, path, body, { 'X-Consistency-Token': token })).toMatchObject({ status: 400, json: { field: 'X-Consistency-Token', detail: expect.stringContaining('must be web5: and a position') } });
  }
});

it('a token that is ahead of the database is refused where it would be read, and the cookie that has it removed', async () => {
  const path = `/identities/did:rechain:${'0'.repeat(64)}`;
  const refused = { status: 400, json: { field: 'X-Consistency-Token', detail: expect.stringContaining('must be as the answer to a write gave it') } };
  expect(await send(0, 'GET', path, undefined, { 'X-Consistency-Token': 'web5:FFFF/0' })).toMatchObject({ ...refused, cookie: '' });
  expect(await send(0, 'GET', path, undefined, { Cookie: 'consistency-token=web5:FFFF/0' })).toMatchObject({ ...refused, cookie: 'consistency-token=' });
  // A good cookie is no worse for a header that is made up.
  expect(await send(0, 'GET', path, undefined, { 'X-Consistency-Token': 'web5:FFFF/0', Cookie: 'consistency-token=web5:0/1' })).toMatchObject({ ...refused, cookie: '' });
});
