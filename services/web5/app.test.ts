import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { startPostgres, type Postgres } from '../lib/testing/postgres';
import { spawnService, stopService, untilReady, type ServiceProcess } from '../lib/testing/service-process';
import { didOf } from './store';

let postgres: Postgres;
let service: ServiceProcess;

beforeAll(async () => {
  postgres = await startPostgres();
  const variables = { DATABASE_URL: await postgres.createDatabase('web5'), DATABASE_POOL_MAX: '5', DATABASE_REPLICA_POOL_MAX: '5' };
  const migration = await spawnService('web5', variables, ['migrate']);
  expect(await migration.exit).toBe(0);
  service = await spawnService('web5', variables);
  await untilReady(service);
});
afterAll(async () => {
  await stopService(service);
  await postgres.stop();
});

async function create(body: unknown) {
  const response = await fetch(`${service.url}/api/web5/identities`, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  return { status: response.status, location: response.headers.get('Location'), json: (await response.json()) as unknown };
}

async function resolve(did: string) {
  const response = await fetch(`${service.url}/api/web5/identities/${did}`);
  return { status: response.status, json: (await response.json()) as unknown };
}

function newKey(): string {
  const { x } = createPublicKey(generateKeyPairSync('ed25519').privateKey).export({ format: 'jwk' });
  return x ?? '';
}

it('founds an identity on a key, and resolves it', async () => {
  const publicKey = newKey();
  const did = didOf(Buffer.from(publicKey, 'base64url'));
  expect(await resolve(did)).toMatchObject({ status: 404, json: { detail: 'no identity has this DID' } });
  const created = await create({ publicKey });
  expect(created).toMatchObject({ status: 201, location: `/api/web5/identities/${did}`, json: { id: did, authentication: [`${did}#key-1`], verificationMethod: [{ type: 'Multikey', controller: did, publicKeyMultibase: expect.stringMatching(/^z6Mk/) }] } });
  expect(await resolve(did)).toEqual({ status: 200, json: created.json });
  // The other spelling of the same key, and the same key again.
  const { verificationMethod } = created.json as { verificationMethod: [{ publicKeyMultibase: string }] };
  expect(await create({ publicKey: verificationMethod[0].publicKeyMultibase })).toMatchObject({ status: 200, json: created.json });
  const text = await (await fetch(service.metricsUrl)).text();
  expect(text).toContain('user_actions_total{action="identity_created"} 1');
});

it.each([{ publicKey: 'short' }, { publicKey: 7 }, { publicKey: `z${'1'.repeat(47)}` }, { publicKey: 'x'.repeat(100_000) }])('refuses what is no key: %j', async (body) => {
  expect(await create(body)).toMatchObject({ status: 400, json: { field: 'publicKey', detail: expect.stringContaining('publicKey must be an Ed25519 public key') } });
});

it('refuses what is no DID', async () => {
  expect(await resolve('did:key:z6Mk')).toMatchObject({ status: 400, json: { field: 'did', detail: 'did must be did:rechain: and 64 lower-case hex digits' } });
});
