import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import pino from 'pino';
import { z } from 'zod';
import { createApp } from './app';
import { DatabaseUnavailableError } from './database';
import { DeadlinePassedError } from './deadline';
import { Metrics } from './metrics';
import { HttpProblem } from './problem';
import { Readiness } from './readiness';
import { storableText, validated } from './validation';

const body = z.strictObject({ name: storableText({ minimumBytes: 1, maximumBytes: 8 }) });

interface LogLine {
  readonly [member: string]: unknown;
}

/** An app with one route for each thing that can happen, on a server of its own. */
class Fixture {
  readonly readiness = new Readiness();
  readonly metrics = new Metrics();
  readonly log: LogLine[] = [];
  private readonly server: Server;

  constructor() {
    const logger = pino({ level: 'debug', base: {} }, { write: (line: string) => void this.log.push(JSON.parse(line)) });
    const failing = (path: string, error: unknown) => ({ method: 'GET' as const, path, handle: () => Promise.reject(error) });
    const app = createApp({
      readiness: this.readiness,
      metrics: this.metrics,
      logger,
      routes: [
        { method: 'GET', path: '/things/:id', handle: (request, response) => void response.json({ id: request.params.id }) },
        { method: 'PUT', path: '/things/:id', handle: (request, response) => void response.json(validated(body, request.body, 'body')) },
        { method: 'POST', path: '/things', handle: (request, response) => void response.json(validated(body, request.body, 'body')) },
        failing('/broken', new Error('relation "secrets" on db-7.internal')),
        failing('/late', new DeadlinePassedError()),
        failing('/down', new DatabaseUnavailableError(new Error('ECONNREFUSED db-7.internal'))),
        failing('/refused', new HttpProblem({ status: 422, detail: 'no', field: 'name' })),
        {
          method: 'GET',
          path: '/half',
          handle: (_request, response) => {
            response.write('half');
            throw new Error('after the first half');
          },
        },
      ],
    });
    this.server = createServer(app.classes, app.listener);
  }

  async listening(): Promise<void> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async fetch(path: string, init?: RequestInit): Promise<{ readonly status: number; readonly headers: Headers; readonly json: unknown }> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, init);
    return { status: response.status, headers: response.headers, json: await response.json() };
  }

  post(text: string, headers: Record<string, string> = { 'Content-Type': 'application/json' }) {
    return this.fetch('/things', { method: 'POST', body: text, headers });
  }

  async requestSeries(): Promise<readonly string[]> {
    return (await this.metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('http_requests_total{'));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

let fixture: Fixture;
beforeEach(async () => {
  fixture = new Fixture();
  await fixture.listening();
});
afterEach(() => fixture.close());

describe('problems', () => {
  it.each([
    ['an unknown path', '/nothing', {}, 404, 'nothing is at this path for GET'],
    ['a wrong method', '/things/1', { method: 'POST' }, 405, 'POST is not allowed here, only GET, HEAD, PUT'],
    ['bad percent-encoding', '/things/%zz', {}, 400, 'path is not valid percent-encoding'],
    ['a deadline that has passed', '/late', {}, 503, 'the answer took too long; try again'],
    ['a database that is down', '/down', {}, 503, 'the database cannot be reached just now; try again'],
    ['a failure', '/broken', {}, 500, 'the request failed; its id finds it in the log'],
  ])('of %s', async (_name, path, init, status, detail) => {
    const { status: received, headers, json } = await fixture.fetch(path, { ...init, headers: { 'X-Request-Id': 'id-1' } });
    expect(received).toBe(status);
    expect(headers.get('Content-Type')).toBe('application/problem+json');
    expect(json).toEqual({ title: expect.any(String), status, detail, requestId: 'id-1' });
  });

  it('names the field', async () => {
    expect((await fixture.fetch('/refused')).json).toMatchObject({ title: 'Unprocessable Entity', status: 422, detail: 'no', field: 'name' });
  });

  it('says which methods are allowed, and when to come back', async () => {
    expect((await fixture.fetch('/things', { method: 'DELETE' })).headers.get('Allow')).toBe('POST');
    expect((await fixture.fetch('/things/1', { method: 'OPTIONS' })).headers.get('Allow')).toBe('GET, HEAD, PUT');
    expect((await fixture.fetch('/down')).headers.get('Retry-After')).toBe('1');
  });

  it('breaks off an answer that can no longer be corrected', async () => {
    await expect(fixture.fetch('/half')).rejects.toThrow();
  });

  it.each([
    ['broken JSON', '{"name":', 400, 'body is not valid JSON at position 8', undefined],
    ['no object', '[]', 400, 'body must be a JSON object', undefined],
    ['no object either', 'null', 400, 'body must be a JSON object', undefined],
    ['nothing', '{}', 400, 'name is required', 'name'],
    ['a wrong type', '{"name":1}', 400, 'name must be text of 1 to 8 bytes, without NUL', 'name'],
    ['NUL', '{"name":"a\\u0000"}', 400, 'name must be text of 1 to 8 bytes, without NUL', 'name'],
    ['a lone surrogate', '{"name":"\\ud800"}', 400, 'name must be text of 1 to 8 bytes, without NUL', 'name'],
    ['too many bytes', '{"name":"äöüäö"}', 400, 'name must be text of 1 to 8 bytes, without NUL', 'name'],
    ['an unknown field', '{"name":"a","nick":"b"}', 400, '"nick" is not a known field', 'nick'],
    ['a prototype', '{"name":"a","__proto__":{}}', 400, '"__proto__" is not a known field', '__proto__'],
    ['lists in lists', '['.repeat(65), 400, 'body is nested deeper than 64 levels', undefined],
    ['lists in lists, not too deep', '['.repeat(64), 400, 'body is not valid JSON at position 64', undefined],
    ['brackets in a string', `{"name":"\\"${'['.repeat(65)}"}`, 400, 'name must be text of 1 to 8 bytes, without NUL', 'name'],
    ['a byte order mark', '\uFEFF{}', 400, 'body is not valid JSON at position 0', undefined],
    ['too much', JSON.stringify({ name: 'a'.repeat(1_048_576) }), 413, 'body is larger than the limit of 1048576 bytes', undefined],
  ])('of a body with %s', async (_name, text, status, detail, field) => {
    const { json } = await fixture.post(text);
    expect(json).toEqual({ title: expect.any(String), status, detail, ...(field === undefined ? {} : { field }), requestId: expect.any(String) });
  });

  it('takes a body of the largest size', async () => {
    const padded = `{"name":"a"${' '.repeat(1_048_576 - 12)}}`;
    expect(await fixture.post(padded)).toMatchObject({ status: 200, json: { name: 'a' } });
    expect(await fixture.post(`${padded} `)).toMatchObject({ status: 413 });
  });

  it('hears at once that a body is too large, whose client sends none of it', async () => {
    const socket = connect(fixture.port, '127.0.0.1');
    socket.write('POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1048577\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('HTTP/1.1 413 ');
    socket.destroy();
  });

  it('of a path that lacks its last part', async () => {
    expect(await fixture.fetch('/things/')).toMatchObject({ status: 404 });
    expect(await fixture.fetch('/things/1/')).toMatchObject({ status: 404 });
  });

  it('takes JSON only, plain', async () => {
    expect(await fixture.post('{"name":"a"}', { 'Content-Type': 'application/json; charset=utf-8' })).toMatchObject({ status: 200 });
    const refused = await fixture.post('{"name":"a"}', { 'Content-Type': 'text/plain' });
    expect(refused).toMatchObject({ status: 415, json: { detail: 'body must be sent as Content-Type: application/json' } });
    expect(refused.headers.get('Accept')).toBe('application/json');
    expect(await fixture.post('{}', { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' })).toMatchObject({ status: 415 });
    expect(await fixture.post('{}', { 'Content-Type': 'application/json; charset=latin1' })).toMatchObject({ status: 415, json: { detail: 'body must be UTF-8' } });
    expect(await fixture.fetch('/things', { method: 'POST' })).toMatchObject({ status: 415 });
    const latin1 = await fixture.fetch('/things', { method: 'POST', body: Buffer.from('{"name":"\xe4"}', 'latin1'), headers: { 'Content-Type': 'application/json' } });
    expect(latin1).toMatchObject({ status: 400, json: { detail: 'body must be UTF-8' } });
  });
});

describe('headers', () => {
  it('takes a sane request id and replaces any other', async () => {
    const idFor = async (id: string) => (await fixture.fetch('/things/1', { headers: { 'X-Request-Id': id } })).headers.get('X-Request-Id');
    expect(await idFor('trace_1.A-z')).toBe('trace_1.A-z');
    for (const insane of ['a b', 'x'.repeat(129), '{"a":1}']) expect(await idFor(insane)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('tells nothing about its making', async () => {
    const { headers } = await fixture.fetch('/things/1');
    expect(headers.has('X-Powered-By')).toBe(false);
    expect(headers.has('ETag')).toBe(false);
  });
});

describe('probes', () => {
  it('is ready after its start and until it drains; alive throughout', async () => {
    expect(await fixture.fetch('/ready')).toMatchObject({ status: 503, json: { detail: 'starting: the database schema is not present yet' } });
    expect(await fixture.fetch('/health')).toMatchObject({ status: 200 });
    fixture.readiness.markReady();
    expect(await fixture.fetch('/ready')).toMatchObject({ status: 200, json: { status: 'ready' } });
    fixture.readiness.markDraining();
    fixture.readiness.markReady();
    expect(await fixture.fetch('/ready')).toMatchObject({ status: 503, json: { detail: 'draining' } });
    expect(await fixture.fetch('/health')).toMatchObject({ status: 200 });
  });

  it('are not user traffic', async () => {
    for (const path of ['/health', '/ready', '/health?from=kubelet', '/things/1']) await fixture.fetch(path);
    await fixture.fetch('/ready', { method: 'POST' });
    expect((await fixture.requestSeries()).filter((line) => !line.endsWith(' 0'))).toEqual(['http_requests_total{endpoint="/things/:id",method="GET",status="200"} 1']);
  });
});

describe('what is recorded', () => {
  it('grows no series with paths that clients invent', async () => {
    const invent = async (from: number): Promise<void> => {
      for (let number = from; number < from + 20; number += 1) await Promise.all([fixture.fetch(`/invented/${number}`), fixture.fetch(`/things/${number}?q=${number}`), fixture.fetch(`/things/%zz${number}`)]);
    };
    await invent(0);
    const before = (await fixture.requestSeries()).map((line) => line.split('} ')[0]);
    await invent(100);
    expect((await fixture.requestSeries()).map((line) => line.split('} ')[0])).toEqual(before);
    expect(before.sort()).toEqual([
      'http_requests_total{endpoint="/things/:id",method="GET",status="200"',
      'http_requests_total{endpoint="unmatched",method="GET",status="400"',
      'http_requests_total{endpoint="unmatched",method="GET",status="404"',
    ]);
  });

  it('is one log line a request, without its query', async () => {
    await fixture.fetch('/things/7?token=secret', { headers: { 'X-Request-Id': 'id-7' } });
    expect(fixture.log).toEqual([expect.objectContaining({ level: 30, requestId: 'id-7', method: 'GET', endpoint: '/things/:id', path: '/things/7', status: 200, seconds: expect.any(Number) })]);
    expect(JSON.stringify(fixture.log)).not.toContain('secret');
  });

  it('has the cause of a failure in its line', async () => {
    await fixture.fetch('/broken');
    expect(fixture.log).toEqual([expect.objectContaining({ level: 50, status: 500, err: expect.objectContaining({ message: 'relation "secrets" on db-7.internal', stack: expect.any(String) }) })]);
  });

  it('counts a client that went away before the answer', async () => {
    const socket = connect(fixture.port, '127.0.0.1');
    socket.write('POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n');
    await once(socket, 'data');
    socket.destroy();
    while (fixture.log.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(fixture.log).toEqual([expect.objectContaining({ status: 499, endpoint: '/things' })]);
  });
});
