import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { ConsistencyTokens } from './consistency-token';
import { problemHandler } from './problem';
import { parseWalPosition, UNREACHED_POSITION } from './wal-position';

const position = parseWalPosition('16/B374D848') ?? 0;
let written = position;
let url: string;
const app = express();
const server = createServer(app);

/** A service that says what it was asked for. */
function serve(path: string, secure: boolean): void {
  const tokens = new ConsistencyTokens({ scope: 'web5', path, secure });
  app.get(path, (request, response) => void response.json({ atLeast: tokens.of(request) }));
  app.post(path, (_request, response) => {
    tokens.give(response, written);
    response.end();
  });
}

beforeAll(async () => {
  serve('/api/web5', true);
  serve('/plain', false);
  app.use(problemHandler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

async function get(headers: Record<string, string>) {
  const response = await fetch(`${url}/api/web5`, { headers });
  return { status: response.status, json: (await response.json()) as Record<string, unknown>, cookie: response.headers.get('Set-Cookie') };
}

it('gives a token in a header and in a cookie of the service’s routes', async () => {
  const { headers } = await fetch(`${url}/api/web5`, { method: 'POST' });
  expect(headers.get('X-Consistency-Token')).toBe('web5:16/B374D848');
  expect(headers.get('Set-Cookie')).toBe('consistency-token=web5:16/B374D848; Max-Age=60; Path=/api/web5; HttpOnly; SameSite=Lax; Secure');
  expect((await fetch(`${url}/plain`, { method: 'POST' })).headers.get('Set-Cookie')).not.toContain('Secure');
});

it('takes it back from either; of two the later one', async () => {
  const token = 'web5:16/B374D848';
  const earlier = 'web5:16/B374D847';
  expect((await get({})).json).toEqual({ atLeast: 0 });
  expect((await get({ 'X-Consistency-Token': token })).json).toEqual({ atLeast: position });
  expect((await get({ Cookie: `a=b; consistency-token=${token}; c=d` })).json).toEqual({ atLeast: position });
  expect((await get({ 'X-Consistency-Token': earlier, Cookie: `consistency-token=${token}` })).json).toEqual({ atLeast: position });
  expect((await get({ 'X-Consistency-Token': token, Cookie: `consistency-token=${earlier}` })).json).toEqual({ atLeast: position });
  expect((await get({ Cookie: `consistency-token=${earlier}; consistency-token=${token}` })).json).toEqual({ atLeast: position });
  // A cookie of another name is nobody’s business here.
  expect((await get({ Cookie: 'my-consistency-token=nonsense' })).json).toEqual({ atLeast: 0 });
});

it('carries the position that no replica has', async () => {
  written = UNREACHED_POSITION;
  const { headers } = await fetch(`${url}/api/web5`, { method: 'POST' });
  expect(headers.get('X-Consistency-Token')).toBe('web5:primary');
  expect((await get({ 'X-Consistency-Token': headers.get('X-Consistency-Token') ?? '' })).json).toEqual({ atLeast: UNREACHED_POSITION });
});

const form = 'must be web5: and a position, as the answer to a write gave it, such as web5:0/16B3748 or web5:primary';

it.each(['', 'web5', 'web5:', '16/B374D848', 'web4:16/B374D848', 'web5:shard-1:0/1', 'web5:16', 'web5:16/B374D848 ', 'web5:1FFFFF/FFFFFFFF', 'web5:200000/0', 'web5:Primary', 'web5:FFFFFFFF/FFFFFFFF', 'web5:-1/0', 'web5:0/1, web5:0/2', 'web5:0/1%00', 'x'.repeat(100)])('refuses %j', async (token) => {
  // Whoever sends a header with spaces around sends it without them.
  if (token.trim() === token) expect(await get({ 'X-Consistency-Token': token })).toMatchObject({ status: 400, json: { field: 'X-Consistency-Token', detail: `X-Consistency-Token ${form}` } });
  const answer = await get({ Cookie: `consistency-token=${token.trim()}x` });
  expect(answer).toMatchObject({ status: 400, json: { field: 'consistency-token', detail: `cookie consistency-token ${form}; it has been removed` } });
  expect(answer.cookie).toContain('consistency-token=; Max-Age=0; Path=/api/web5');
});
