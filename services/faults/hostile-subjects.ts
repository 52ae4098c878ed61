import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** What a service takes, about things that it has; `resembles` names the kind. */
export interface DecentRequest {
  readonly resembles: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** Things that a service has, made by its own routes, and requests about them. */
export interface Subjects {
  readonly identifiers: readonly string[];
  readonly decent: readonly DecentRequest[];
}

/** A rotation succeeds once for each identity. */
const COUNT = 20;

const each = <Item>(make: (index: number) => Promise<Item>): Promise<readonly Item[]> => Promise.all(Array.from({ length: COUNT }, (_, index) => make(index)));

/** @throws Error when the service does not take it */
async function sent(url: string, method: string, path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`${url}${path}`, { method, ...(body !== undefined && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

async function assets(url: string): Promise<Subjects> {
  const identifiers = await each(async (index) => {
    await sent(url, 'PUT', `/api/web4/assets/hostile-${index}`, { mediaType: 'text/plain', content: 'x' });
    return `hostile-${index}`;
  });
  const decent = identifiers.flatMap((id): readonly DecentRequest[] => {
    const path = `/api/web4/assets/${id}`;
    return [
      { resembles: 'PUT of an asset', method: 'PUT', path, body: '{"mediaType":"text/plain","content":"x"}' },
      { resembles: 'GET of an asset', method: 'GET', path, body: '' },
      { resembles: 'DELETE of an asset', method: 'DELETE', path: `${path}-other`, body: '' },
      { resembles: 'list of assets', method: 'GET', path: '/api/web4/assets?prefix=hostile&limit=2', body: '' },
    ];
  });
  return { identifiers, decent };
}

interface OwnIdentity {
  readonly did: string;
  readonly privateKey: KeyObject;
  /** As the service writes it. */
  readonly multibase: string;
}

async function createIdentity(url: string): Promise<OwnIdentity> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const document = await sent(url, 'POST', '/api/web5/identities', { publicKey: publicKey.export({ format: 'jwk' }).x });
  return { did: String(document['id']), privateKey, multibase: /"publicKeyMultibase":"(\w+)"/.exec(JSON.stringify(document))?.[1] ?? '' };
}

async function identities(url: string): Promise<Subjects> {
  const all = await each(() => createIdentity(url));
  const decent = all.flatMap(({ did, privateKey, multibase }, index): readonly DecentRequest[] => {
    const path = `/api/web5/identities/${did}`;
    const signed = (message: string): string => sign(null, Buffer.from(message, 'utf8'), privateKey).toString('base64url');
    const next = all[(index + 1) % all.length]?.multibase ?? multibase;
    const rotation = signed(['rechain-web5-rotate-key-1', did, 1, next].join('\n'));
    return [
      { resembles: 'POST of an identity', method: 'POST', path: '/api/web5/identities', body: JSON.stringify({ publicKey: multibase }) },
      { resembles: 'GET of an identity', method: 'GET', path, body: '' },
      { resembles: 'rotation of a key', method: 'PUT', path, body: JSON.stringify({ publicKey: next, version: 1, signature: rotation }) },
      { resembles: 'verification of a signature', method: 'POST', path: '/api/web5/verify', body: JSON.stringify({ did, message: 'x', signature: signed('x') }) },
    ];
  });
  return { identifiers: all.map(({ did }) => did), decent };
}

async function transactions(url: string): Promise<Subjects> {
  const address = (index: number): string => `0x${index.toString(16).padStart(40, '0')}`;
  const transfer = (index: number) => ({ from: address(index), to: address(index + 1), amount: '1' });
  const identifiers = await each(async (index) => String((await sent(url, 'POST', '/api/blockchain/transactions', transfer(index)))['id']));
  const cursor = String((await sent(url, 'GET', `/api/blockchain/accounts/${address(1)}/transactions?limit=1`))['nextCursor']);
  const decent = identifiers.flatMap((id, index): readonly DecentRequest[] => {
    const account = `/api/blockchain/accounts/${address(index)}`;
    return [
      { resembles: 'POST of a transaction', method: 'POST', path: '/api/blockchain/transactions', body: JSON.stringify(transfer(index)) },
      { resembles: 'GET of a transaction', method: 'GET', path: `/api/blockchain/transactions/${id}`, body: '' },
      { resembles: 'list of transactions', method: 'GET', path: `${account}/transactions?limit=2&cursor=${cursor}`, body: '' },
      { resembles: 'balance', method: 'GET', path: `${account}/balance`, body: '' },
      { resembles: 'verification of a chain', method: 'GET', path: `${account}/verify`, body: '' },
    ];
  });
  return { identifiers, decent };
}

/** By the name of the service. */
export const subjectsOf = { web4: assets, web5: identities, blockchain: transactions } as const;
