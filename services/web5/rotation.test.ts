import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { Client } from 'pg';
import { startPostgres, type Postgres } from '../lib/testing/postgres';
import { spawnService, stopService, until, untilReady, type ServiceProcess } from '../lib/testing/service-process';
import { publicKeyMultibase } from './ed25519-key';
import { rotationMessage } from './ed25519-signature';
import { didOf } from './store';

let postgres: Postgres;
let url: string;
let service: ServiceProcess;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase('web5');
  const variables = { DATABASE_URL: url, DATABASE_POOL_MAX: '5', DATABASE_REPLICA_POOL_MAX: '5' };
  expect(await (await spawnService('web5', variables, ['migrate'])).exit).toBe(0);
  service = await spawnService('web5', variables);
  await untilReady(service);
});
afterAll(async () => {
  await stopService(service);
  await postgres.stop();
});

async function send(method: string, path: string, body?: unknown) {
  const init = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
  const response = await fetch(`${service.url}/api/web5${path}`, { method, ...init });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: Buffer;
}
function newPair(): Pair {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '', 'base64url') };
}

async function found(): Promise<{ readonly did: string; readonly pair: Pair }> {
  const pair = newPair();
  expect((await send('POST', '/identities', { publicKey: pair.publicKey.toString('base64url') })).status).toBe(201);
  return { did: didOf(pair.publicKey), pair };
}
/** The body of a rotation. */
function signed(did: string, version: number, next: Pair, { privateKey }: Pair) {
  const signature = sign(null, rotationMessage({ did, version, publicKey: next.publicKey }), privateKey).toString('base64url');
  return { publicKey: next.publicKey.toString('base64url'), version, signature };
}
const conflict = { status: 409, json: { field: 'version', detail: expect.stringContaining('version is not the current one') } };
const forbidden = { status: 403, json: { field: 'signature', detail: 'signature is not one of this rotation by the current key' } };

it('signs the lines that are documented', () => {
  const { publicKey } = newPair();
  const did = didOf(publicKey);
  expect(rotationMessage({ did, version: 7, publicKey }).toString('utf8')).toBe(`rechain-web5-rotate-key-1\n${did}\n7\n${publicKeyMultibase(publicKey)}`);
});

it('rotates the key, again and again, each time signed by the current one', async () => {
  const { did, pair: first } = await found();
  const [second, third] = [newPair(), newPair()];
  const rotated = await send('PUT', `/identities/${did}`, signed(did, 1, second, first));
  expect(rotated).toMatchObject({ status: 200, json: { id: did, version: 2, authentication: [`${did}#key-2`], verificationMethod: [{ id: `${did}#key-2`, publicKeyMultibase: publicKeyMultibase(second.publicKey) }] } });
  expect((await send('GET', `/identities/${did}`)).json).toEqual(rotated.json);
  expect(await send('PUT', `/identities/${did}`, signed(did, 2, third, second))).toMatchObject({ status: 200, json: { version: 3 } });
  // The first key still names the identity, and no longer controls it.
  expect(await send('POST', '/identities', { publicKey: first.publicKey.toString('base64url') })).toMatchObject({ status: 200, json: { id: did, version: 3 } });
  expect(await send('PUT', `/identities/${did}`, signed(did, 3, newPair(), first))).toMatchObject(forbidden);
  expect(await (await fetch(service.metricsUrl)).text()).toContain('user_actions_total{action="key_rotated"} 2');
});

it('takes a rotation once: neither replayed, nor after the key has come back', async () => {
  const { did, pair: first } = await found();
  const second = newPair();
  const once = signed(did, 1, second, first);
  expect((await send('PUT', `/identities/${did}`, once)).status).toBe(200);
  expect(await send('PUT', `/identities/${did}`, once)).toMatchObject(conflict);
  expect((await send('PUT', `/identities/${did}`, signed(did, 2, first, second))).status).toBe(200);
  expect(await send('PUT', `/identities/${did}`, once)).toMatchObject(conflict);
  // With the present version in its place the signature no longer fits.
  expect(await send('PUT', `/identities/${did}`, { ...once, version: 3 })).toMatchObject(forbidden);
  expect((await send('GET', `/identities/${did}`)).json).toMatchObject({ version: 3 });
});

it('of two that both found the version they name lets one win', async () => {
  const { did, pair } = await found();
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT FROM identities WHERE did = $1 FOR UPDATE', [did]);
  const answers = [1, 2].map(() => send('PUT', `/identities/${did}`, signed(did, 1, newPair(), pair)));
  const waiting = async (): Promise<number> => (await client.query('SELECT FROM pg_locks WHERE NOT granted')).rowCount ?? 0;
  try {
    await until(async () => (await waiting()) === 2);
  } finally {
    await client.query('COMMIT');
    await client.end();
  }
  expect((await Promise.all(answers)).map(({ status }) => status).sort()).toEqual([200, 409]);
  expect((await send('GET', `/identities/${did}`)).json).toMatchObject({ version: 2 });
});

it('of twenty at once lets one win', async () => {
  const { did, pair } = await found();
  const bodies = Array.from({ length: 20 }, () => signed(did, 1, newPair(), pair));
  const answers = await Promise.all(bodies.map((body) => send('PUT', `/identities/${did}`, body)));
  const won = answers.filter(({ status }) => status === 200);
  expect(won).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
  expect((await send('GET', `/identities/${did}`)).json).toEqual(won[0]?.json);
});

it('refuses signatures of anything else', async () => {
  const { did, pair } = await found();
  const { did: other, pair: otherPair } = await found();
  const next = newPair();
  const good = signed(did, 1, next, pair);
  for (const body of [signed(did, 1, next, next), signed(other, 1, next, pair), signed(did, 2, next, pair), signed(did, 1, newPair(), pair), signed(did, 1, next, otherPair)]) {
    expect(await send('PUT', `/identities/${did}`, { ...good, signature: body.signature })).toMatchObject(forbidden);
  }
  expect(await send('PUT', `/identities/${didOf(newPair().publicKey)}`, good)).toMatchObject({ status: 404, json: { detail: 'no identity has this DID' } });
  for (const version of [2, 2_147_483_647]) expect(await send('PUT', `/identities/${did}`, signed(did, version, next, pair))).toMatchObject(conflict);
  expect((await send('PUT', `/identities/${did}`, good)).status).toBe(200);
});

describe('a signature', () => {
  it('is checked against the present key', async () => {
    const { did, pair: first } = await found();
    const second = newPair();
    const check = async (message: string, { privateKey }: Pair, of = message) => (await send('POST', '/verify', { did, message, signature: sign(null, Buffer.from(of), privateKey).toString('base64url') })).json;
    for (const message of ['', 'hello', 'ünïcödé 😀', 'x'.repeat(65_536)]) expect(await check(message, first)).toEqual({ did, version: 1, valid: true });
    expect(await check('hello', second)).toEqual({ did, version: 1, valid: false });
    expect(await check('hello', first, 'hello ')).toEqual({ did, version: 1, valid: false });
    await send('PUT', `/identities/${did}`, signed(did, 1, second, first));
    expect(await check('hello', first)).toEqual({ did, version: 2, valid: false });
    expect(await check('hello', second)).toEqual({ did, version: 2, valid: true });
  });

  it('of an identity that is not there is 404', async () => {
    expect(await send('POST', '/verify', { did: didOf(newPair().publicKey), message: 'x', signature: Buffer.alloc(64).toString('base64url') })).toMatchObject({ status: 404, json: { detail: 'no identity has this DID' } });
  });
});

describe('what is refused', () => {
  const signature = Buffer.alloc(64).toString('base64url');
  const key = newPair().publicKey.toString('base64url');
  const did = didOf(Buffer.from(key, 'base64url'));
  const signatureForm = 'signature must be an Ed25519 signature: 86 characters of base64url';
  const versionForm = 'version must be a whole number, 1 to 2147483647';
  const didForm = 'did must be did:rechain: and 64 lower-case hex digits';

  it.each<readonly [object, string, unknown]>([
    [{ publicKey: key, version: 1 }, 'signature', 'signature is required'],
    [{ publicKey: key, signature }, 'version', 'version is required'],
    [{ version: 1, signature }, 'publicKey', 'publicKey is required'],
    [{ publicKey: key, version: 1, signature, did }, 'did', '"did" is not a known field'],
    ...['', 'x', `${signature}A`, signature.slice(1), `${signature.slice(0, -1)}B`, `${signature.slice(0, -1)}=`, 7, null].map((wrong) => [{ publicKey: key, version: 1, signature: wrong }, 'signature', signatureForm] as const),
    ...[0, -1, 1.5, '1', 2_147_483_648, null, true].map((wrong) => [{ publicKey: key, version: wrong, signature }, 'version', versionForm] as const),
    ...['short', 7, 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'].map((wrong) => [{ publicKey: wrong, version: 1, signature }, 'publicKey', expect.stringContaining('publicKey must be an Ed25519 public key')] as const),
  ])('PUT %j', async (body, field, detail) => {
    expect(await send('PUT', `/identities/${did}`, body)).toMatchObject({ status: 400, json: { field, detail } });
  });

  it.each<readonly [object, string, unknown]>([
    [{ did, message: 'x' }, 'signature', 'signature is required'],
    [{ did, signature }, 'message', 'message is required'],
    [{ message: 'x', signature }, 'did', 'did is required'],
    [{ did, message: 'x', signature, key }, 'key', '"key" is not a known field'],
    [{ did, message: 'x', signature: 'x' }, 'signature', signatureForm],
    ...['did:key:z6Mk', did.toUpperCase(), `${did}0`, 7].map((wrong) => [{ did: wrong, message: 'x', signature }, 'did', didForm] as const),
    ...[7, 'x'.repeat(65_537), 'a\0', '\ud800'].map((wrong) => [{ did, message: wrong, signature }, 'message', 'message must be text of 0 to 65536 bytes, without NUL'] as const),
  ])('POST to verify %j', async (body, field, detail) => {
    expect(await send('POST', '/verify', body)).toMatchObject({ status: 400, json: { field, detail } });
  });

  it.each<readonly [string, string, unknown, number, object]>([
    ['POST', '/verify', `{"did":"${did}","message":"x","signature":"${signature}","__proto__":{}}`, 400, { field: '__proto__' }],
    ['PUT', `/identities/${did}`, `{"publicKey":"${key}","version":1,"signature":"${signature}","__proto__":{}}`, 400, { field: '__proto__' }],
    ['POST', '/identities', `{"publicKey":"${key}","__proto__":{}}`, 400, { field: '__proto__' }],
    ['PUT', `/identities/${did}`, '{"version":', 400, { detail: 'body is not valid JSON at position 11' }],
    ['PUT', '/identities/%zz', {}, 400, { detail: 'path is not valid percent-encoding' }],
    ['PUT', '/identities/did:rechain:1', {}, 400, { field: 'did', detail: didForm }],
    ['GET', `/identities/${did}?a=1&a=2`, undefined, 400, { field: 'a', detail: 'a is given twice; give it once' }],
    ['PUT', `/identities/${did}?a=1&a=2`, { publicKey: key, version: 1, signature }, 400, { field: 'a', detail: 'a is given twice; give it once' }],
    ['POST', '/identities?a=1&a=2', { publicKey: key }, 400, { field: 'a', detail: 'a is given twice; give it once' }],
    ['POST', '/verify?a=1', { did, message: 'x', signature }, 400, { field: 'a' }],
    ['GET', `/identities/${did}?versionId=1`, undefined, 400, { field: 'versionId' }],
    ['DELETE', `/identities/${did}`, undefined, 405, {}],
    ['GET', '/verify', undefined, 405, {}],
  ])('%s %s %j', async (method, path, body, status, json) => {
    expect(await send(method, path, body)).toMatchObject({ status, json });
  });
});
