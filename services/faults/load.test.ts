import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorsOf, load, type LoadRequest } from './load';

let server: Server;
let sockets: Set<unknown>;

async function serve(listener: RequestListener): Promise<string> {
  sockets = new Set();
  server = createServer((request, response) => {
    sockets.add(request.socket);
    listener(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const get: LoadRequest = { method: 'GET', path: '/' };

it('uses every connection, however few one would do with, and each again', async () => {
  const url = await serve((_request, response) => response.end('{"a":1}'));
  const results = await load({ url, seconds: 0.2, requestsPerSecond: 200, connections: 10, request: () => get });
  expect(results.map(({ status, json }) => [status, json])).toEqual(Array.from({ length: 40 }, () => [200, { a: 1 }]));
  expect(sockets.size).toBe(10);
});

it('sends on those that are free while one hangs, and gives that one up', async () => {
  const url = await serve((request, response) => request.url === '/hang' || response.end('{}'));
  const results = await load({ url, seconds: 0.2, requestsPerSecond: 200, connections: 2, timeoutMillis: 2_000, request: (index) => (index === 0 ? { ...get, path: '/hang' } : get) });
  expect(errorsOf(results).map(({ request, status, error }) => [request.path, status, error])).toEqual([['/hang', 0, 'no answer within 2000 ms']]);
  expect(results).toHaveLength(40);
});

it('gives up requests that wait for a connection in vain', async () => {
  const url = await serve(() => undefined);
  const results = await load({ url, seconds: 0.1, requestsPerSecond: 100, connections: 2, timeoutMillis: 500, request: () => get });
  expect(results.map(({ status, error }) => [status, error])).toEqual(Array.from({ length: 10 }, () => [0, 'no answer within 500 ms']));
});

it('opens every connection before it begins', async () => {
  let openings = 0;
  let openedFirst = true;
  const url = await serve((request, response) => {
    if (request.url === '/open') openings += 1;
    else openedFirst &&= openings === 10;
    response.end('{}');
  });
  const results = await load({ url, seconds: 0.1, requestsPerSecond: 100, connections: 10, opening: { ...get, path: '/open' }, request: () => get });
  expect([results.length, openings, openedFirst, sockets.size]).toEqual([10, 10, true, 10]);
});

it('begins when one of them is refused what opens it, and not when one cannot be opened', async () => {
  let openings = 0;
  const url = await serve((request, response) => {
    if (request.url === '/break' && (openings += 1) === 3) request.socket.destroy();
    else response.writeHead(503).end();
  });
  const options = { url, seconds: 0.1, requestsPerSecond: 100, connections: 5, request: () => get };
  expect(await load({ ...options, opening: get })).toHaveLength(10);
  await expect(load({ ...options, opening: { ...get, path: '/break' } })).rejects.toThrow('the load cannot begin: GET /break, which opens a connection, was not answered');
});
