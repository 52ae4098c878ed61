import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { rotationMessage } from '../../services/web5/ed25519-signature';

/** One request of the smoke test, and whether its answer was the right one. */
export interface SmokeResult {
  readonly service: string;
  readonly request: string;
  readonly status: number;
  readonly passed: boolean;
  /** What was wrong, empty when it passed. */
  readonly detail: string;
}

/** `http://host:port` at which a service is reached. */
export type BaseUrlOf = (service: string) => string;

interface Step {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  /** Fields that the answer must have, with their values. */
  readonly expected: Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly status: number;
  readonly etag: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends one request and judges its answer. */
type Send = (step: Step) => Promise<Answer>;

function randomAddress(): string {
  const digit = (): string => Math.floor(Math.random() * 16).toString(16);
  return `0x${Array.from({ length: 40 }, digit).join('')}`;
}

function newKey(): { readonly privateKey: KeyObject; readonly publicBytes: Buffer; readonly publicText: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const publicText = publicKey.export({ format: 'jwk' }).x ?? '';
  return { privateKey, publicText, publicBytes: Buffer.from(publicText, 'base64url') };
}

const signed = (message: Buffer, key: KeyObject): string => sign(null, message, key).toString('base64url');

/** What each service is asked: something is written, and must be read back as it was written. */
const scenarios: Readonly<Record<string, (send: Send) => Promise<void>>> = {
  'blockchain-service': async (send) => {
    const transfer = { from: randomAddress(), to: randomAddress(), amount: '12.5' };
    const { body } = await send({ method: 'POST', path: '/api/blockchain/transactions', body: transfer, status: 201, expected: transfer });
    await send({ method: 'GET', path: `/api/blockchain/transactions/${String(body['id'])}`, status: 200, expected: { ...transfer, id: body['id'] } });
    await send({ method: 'GET', path: `/api/blockchain/accounts/${transfer.to}/balance`, status: 200, expected: { balance: transfer.amount } });
    await send({ method: 'GET', path: `/api/blockchain/accounts/${transfer.from}/verify`, status: 200, expected: { valid: true, entries: 1 } });
  },
  'web4-service': async (send) => {
    const asset = { mediaType: 'text/plain', content: `written at ${new Date().toISOString()}` };
    const path = '/api/web4/assets/smoke';
    await send({ method: 'PUT', path, body: asset, status: 201, expected: asset });
    const { etag } = await send({ method: 'GET', path, status: 200, expected: asset });
    await send({ method: 'GET', path, headers: { 'If-None-Match': etag }, status: 304, expected: {} });
    await send({ method: 'GET', path: '/api/web4/assets?prefix=smo', status: 200, expected: {} });
    await send({ method: 'DELETE', path, status: 204, expected: {} });
    await send({ method: 'GET', path, status: 404, expected: {} });
  },
  'web5-service': async (send) => {
    const [first, second] = [newKey(), newKey()];
    const { body } = await send({ method: 'POST', path: '/api/web5/identities', body: { publicKey: first.publicText }, status: 201, expected: {} });
    const did = String(body['id']);
    const path = `/api/web5/identities/${did}`;
    await send({ method: 'GET', path, status: 200, expected: { id: did, version: 1 } });
    const rotation = rotationMessage({ did, version: 1, publicKey: second.publicBytes });
    await send({ method: 'PUT', path, body: { publicKey: second.publicText, version: 1, signature: signed(rotation, first.privateKey) }, status: 200, expected: { version: 2 } });
    await send({ method: 'GET', path, status: 200, expected: { id: did, version: 2 } });
    const message = 'signed with the new key';
    await send({ method: 'POST', path: '/api/web5/verify', body: { did, message, signature: signed(Buffer.from(message), second.privateKey) }, status: 200, expected: { valid: true } });
  },
};

function differenceOf({ status, body }: Answer, step: Step): string {
  if (status !== step.status) return `received status ${status}, expected ${step.status}`;
  const wrong = Object.entries(step.expected).filter(([field, value]) => JSON.stringify(body[field]) !== JSON.stringify(value));
  return wrong.map(([field, value]) => `received ${field} ${JSON.stringify(body[field])}, expected ${JSON.stringify(value)}`).join('; ');
}

/** Sends cookies back, as a browser does: who has just written reads that from any replica. */
async function ask(baseUrl: string, { method, path, body, headers: own }: Step, cookies: Map<string, string>): Promise<Answer> {
  const headers = { ...own, ...(body !== undefined && { 'Content-Type': 'application/json' }), Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  const response = await fetch(`${baseUrl}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  for (const cookie of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (name !== undefined && value !== undefined) cookies.set(name, value);
  }
  const parsed: unknown = await response.json().catch(() => ({}));
  return { status: response.status, etag: response.headers.get('ETag') ?? '', body: typeof parsed === 'object' && parsed !== null ? (parsed as Answer['body']) : {} };
}

/** Thrown inside a scenario to leave it after a wrong answer: what follows would only repeat the fault. */
class ScenarioEnd extends Error {}

async function runScenario(service: string, baseUrl: string): Promise<SmokeResult[]> {
  const results: SmokeResult[] = [];
  const cookies = new Map<string, string>();
  const send: Send = async (step) => {
    const answer = await ask(baseUrl, step, cookies).catch((error: unknown): Answer => ({ status: 0, etag: '', body: { error: String(error) } }));
    const detail = differenceOf(answer, step);
    results.push({ service, request: `${step.method} ${step.path}`, status: answer.status, passed: detail === '', detail });
    if (detail !== '') throw new ScenarioEnd();
    return answer;
  };
  await scenarios[service]?.(send).catch((error: unknown) => {
    if (!(error instanceof ScenarioEnd)) throw error;
  });
  return results;
}

/** Writes to and reads from every service that the smoke test knows, one after the other. */
export async function smokeTest(services: readonly string[], baseUrlOf: BaseUrlOf): Promise<readonly SmokeResult[]> {
  const results: SmokeResult[] = [];
  for (const service of services) results.push(...(await runScenario(service, baseUrlOf(service))));
  return results;
}
