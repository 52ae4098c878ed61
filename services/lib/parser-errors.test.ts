import { AppServer } from './testing/app-server';

let server: AppServer;
beforeEach(async () => {
  server = new AppServer(
    [
      { method: 'GET', path: '/things/:id', handle: (request, response) => void response.json({ id: request.params.id }) },
      { method: 'POST', path: '/things', handle: (request, response) => void response.json({ body: typeof request.body }) },
    ],
    { headersMillis: 200, requestMillis: 400 },
  );
  await server.start();
});
afterEach(() => server.stop());

const json = 'Host: x\r\nContent-Type: application/json\r\n';

it.each([
  ['64 KB of headers', `GET /things/1 HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(65_536)}\r\n\r\n`, 431, 'the headers are larger than 16384 bytes'],
  ['a target of 64 KB', `GET /${'a'.repeat(65_536)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'the headers are larger than 16384 bytes'],
  ['Content-Length with Transfer-Encoding', `POST /things HTTP/1.1\r\n${json}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400, 'this is not a request of HTTP/1.1'],
  ['two lengths', `POST /things HTTP/1.1\r\n${json}Content-Length: 2\r\nContent-Length: 4\r\n\r\n{}  `, 400, 'this is not a request of HTTP/1.1'],
  ['an unknown method', 'BREW /things/1 HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'this is not a request of HTTP/1.1'],
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'this is not a request of HTTP/1.1'],
  ['a space in the target', 'GET /things/a b HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'this is not a request of HTTP/1.1'],
  ['a broken chunk', `POST /things HTTP/1.1\r\n${json}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400, 'this is not a request of HTTP/1.1'],
  ['no Host', 'GET /things/1 HTTP/1.1\r\n\r\n', 400, 'the header Host must be given once'],
  ['two Hosts', 'GET /things/1 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400, 'the header Host must be given once'],
  ['headers that never end', 'GET /things/1 HTTP/1.1\r\nHost: x\r\nX-Slow: ', 408, 'the request did not come in time'],
  ['a body that never comes', `POST /things HTTP/1.1\r\n${json}Content-Length: 10\r\n\r\n{`, 408, 'the request did not come in time'],
  ['silence', '', 408, 'the request did not come in time'],
])('%s: a problem, the connection closed, one line in the log', async (_name, bytes, status, detail) => {
  const answer = await server.raw(bytes);
  expect(answer.json).toEqual({ title: expect.any(String), status, detail, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  for (const header of ['Content-Type: application/problem+json', 'Connection: close', 'X-Content-Type-Options: nosniff']) expect(answer.text).toContain(`\r\n${header}\r\n`);
  expect(server.log).toEqual([expect.objectContaining({ status, requestId: answer.json['requestId'] })]);
  expect(await server.series('http_requests_total')).toHaveLength(1);
});

it.each([
  ['HTTP/1.0 without Host', 'GET /things/1 HTTP/1.0\r\n\r\n', 200],
  ['a target in absolute form', 'GET http://x/things/1?a=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 200],
  ['a target of another scheme', 'GET urn:things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
  ['OPTIONS of the server', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
  ['an expectation that nobody knows', 'GET /things/1 HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n', 200],
  ['an upgrade that nobody offers', 'GET /things/1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n', 200],
  ['two requests at once', `GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /things HTTP/1.1\r\n${json}Content-Length: 2\r\nConnection: close\r\n\r\n{}`, 200],
  ['a body in chunks', `POST /things HTTP/1.1\r\n${json}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, 200],
  ['a lone percent sign', 'GET /things/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
  ['ten thousand parameters', `GET /things/1?${'a&'.repeat(5_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, 200],
  ['brackets in great depth', `POST /things HTTP/1.1\r\n${json}Content-Length: 200000\r\nConnection: close\r\n\r\n${'['.repeat(100_000)}${']'.repeat(100_000)}`, 400],
  ['brackets that never close', `POST /things HTTP/1.1\r\n${json}Content-Length: 100000\r\nConnection: close\r\n\r\n${'['.repeat(100_000)}`, 400],
])('%s: answered', async (_name, bytes, status) => {
  expect((await server.raw(bytes)).status).toBe(status);
});

it('answers what was whole before the first mistake, and nothing after it', async () => {
  const { text } = await server.raw('GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\nBREW / HTTP/1.1\r\n\r\nGET /things/2 HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(text).toContain('{"id":"1"}');
  expect(text).not.toContain('{"id":"2"}');
});
