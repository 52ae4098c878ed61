import { once } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { Metrics } from './metrics';
import type { Arrival } from './overload';
import { requestListener } from './request-listener';
import { createAppServer } from './server';
import { AppServer } from './testing/app-server';
import { until } from './testing/service-process';
import { Traffic } from './traffic';

let server: AppServer;
afterEach(() => server.stop());

async function answer(path: string): Promise<{ readonly status: number; readonly headers: Headers; readonly json: unknown }> {
  const response = await fetch(`${server.url}${path}`);
  return { status: response.status, headers: response.headers, json: await response.json() };
}

/** A promise that a test settles. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => { open = resolve; });
  return { opened, open };
}

describe('the deadline of a route', () => {
  it.each(['answers', 'fails'])('gives the client a 503, and drops a route that %s later', async (outcome) => {
    const { opened, open } = gate();
    let late = false;
    server = new AppServer([
      {
        method: 'GET',
        path: '/slow',
        deadlineMillis: 20,
        handle: async (_request, response) => {
          await opened;
          expect(response.locals.deadline.passed).toBe(true);
          late = true;
          if (outcome === 'fails') throw new Error('late');
          response.json({ late });
        },
      },
    ]);
    await server.start();
    const { status, headers, json } = await answer('/slow');
    expect([status, headers.get('Retry-After'), headers.get('Content-Type')]).toEqual([503, '1', 'application/problem+json']);
    expect(json).toMatchObject({ detail: 'the answer took too long; try again' });
    open();
    await until(() => late);
    expect((await answer('/health')).status).toBe(200);
    expect(server.log.filter(({ path }) => path === '/slow')).toEqual([expect.objectContaining({ status: 503, endpoint: '/slow' })]);
    expect(await server.series('http_requests_total')).toEqual(['http_requests_total{endpoint="/slow",method="GET",status="503"} 1']);
  });

  it('is the one of the process where the route states none', async () => {
    const handle = () => new Promise<void>(() => undefined);
    server = new AppServer([{ method: 'GET', path: '/never', handle }, { method: 'GET', path: '/quick', handle: (_request, response) => void response.json({}) }], { deadlineMillis: 20 });
    await server.start();
    expect((await answer('/quick')).status).toBe(200);
    expect((await answer('/never')).status).toBe(503);
  });

  it('does not count the time in which the client sends its body', async () => {
    let remaining = 0;
    const handle = (_request: unknown, response: { readonly locals: { readonly deadline: { readonly remainingMillis: number } }; json: (value: unknown) => unknown }): void => {
      remaining = response.locals.deadline.remainingMillis;
      response.json({});
    };
    server = new AppServer([{ method: 'POST', path: '/things', deadlineMillis: 60_000, handle }]);
    await server.start();
    const body = new ReadableStream({
      async start(controller) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        controller.enqueue(Buffer.from('{}'));
        controller.close();
      },
    });
    await fetch(`${server.url}/things`, { method: 'POST', body, duplex: 'half', headers: { 'Content-Type': 'application/json' } });
    expect(remaining).toBeGreaterThan(60_000 - 50);
  });
});

it('the deadline of a route takes nothing back of an answer that its client reads slowly', async () => {
  const text = 'x'.repeat(16_000_000);
  server = new AppServer([{ method: 'GET', path: '/large', deadlineMillis: 20, handle: async (_request, response) => void (await sleep(1), response.end(text)) }]);
  await server.start();
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1').pause();
  socket.write('GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  // However long this takes, the deadline has passed by then.
  await sleep(60);
  let length = 0;
  socket.on('data', (data) => (length += data.length)).resume();
  await once(socket, 'close');
  expect(length).toBeGreaterThan(text.length);
  await until(() => server.log.some(({ path }) => path === '/large'));
  expect(server.log).toContainEqual(expect.objectContaining({ path: '/large', status: 200 }));
});

it('a failure after the answer takes nothing back', async () => {
  const text = 'x'.repeat(16_000_000);
  const handle = (_request: unknown, response: { json: (value: unknown) => unknown }): void => {
    // More than the system takes at once.
    response.json({ all: text });
    throw new Error('afterwards');
  };
  server = new AppServer([{ method: 'GET', path: '/answered', handle }]);
  await server.start();
  expect(await answer('/answered')).toMatchObject({ status: 200, json: { all: text } });
});

describe('too many requests in flight', () => {
  it('are refused with a 503 that says when to come back; probes never; and it is over when they are', async () => {
    const { opened, open } = gate();
    const handle = async (_request: unknown, response: { json: (value: unknown) => unknown }): Promise<void> => {
      await opened;
      response.json({});
    };
    server = new AppServer([{ method: 'GET', path: '/held', handle }], { deadlineMillis: 60_000, overload: { requestsInFlight: 2, turnMillis: 60_000, toleratedMillis: 60_000 } });
    server.readiness.markReady();
    await server.start();
    const held = [answer('/held'), answer('/held')];
    await until(async () => (await answer('/held?third')).status === 503);
    const { headers, json } = await answer('/held?fourth');
    expect(headers.get('Retry-After')).toBe('1');
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(json).toEqual({ title: 'Service Unavailable', status: 503, detail: 'the service has too much to do just now; try again', requestId: headers.get('X-Request-Id') });
    expect(await Promise.all(['/health', '/ready', '/health?x'].map(async (path) => (await answer(path)).status))).toEqual([200, 200, 200]);
    open();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await answer('/held')).status).toBe(200);
    expect(await server.series('http_requests_shed_total')).toEqual([expect.stringMatching(/^http_requests_shed_total\{reason="in-flight"\} \d+$/)]);
    expect(server.log).toContainEqual(expect.objectContaining({ level: 40, status: 503, shed: 'in-flight', path: '/held' }));
  });
});

describe('a problem', () => {
  it('takes back what the route had set for another answer', async () => {
    const handle = (_request: unknown, response: { set: (headers: Record<string, string>) => unknown }): void => {
      response.set({ 'Cache-Control': 'public, s-maxage=3600', ETag: '"1"', 'Content-Encoding': 'br' });
      throw new Error('after that');
    };
    server = new AppServer([{ method: 'GET', path: '/cached', handle }]);
    await server.start();
    const { status, headers } = await answer('/cached');
    expect([status, headers.get('Cache-Control'), headers.get('ETag'), headers.get('Content-Encoding')]).toEqual([500, 'no-store', null, null]);
    expect([headers.get('X-Content-Type-Options'), headers.get('X-Request-Id')]).toEqual(['nosniff', expect.any(String)]);
  });
});

it('counts no request for ever that waited behind another one of a connection that broke', async () => {
  const { opened, open } = gate();
  server = new AppServer([
    { method: 'GET', path: '/slow', handle: async (_request, response) => { await opened; response.json({}); } },
    { method: 'GET', path: '/fast', handle: (_request, response) => void response.json({}) },
  ], { overload: { requestsInFlight: 3, turnMillis: 30_000, toleratedMillis: 30_000 } });
  await server.start();
  const socket = connect(server.port, '127.0.0.1');
  socket.write(['/slow', '/fast', '/fast'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
  await until(async () => (await answer('/fast')).status === 503);
  socket.destroy();
  await until(async () => (await answer('/fast')).status === 200);
  open();
  expect(server.log.filter(({ status }) => status === 499)).toHaveLength(3);
});

describe('a request that is put off', () => {
  it('and broken meanwhile is neither started nor refused: it has its answer', async () => {
    const arrivals: Arrival[] = [];
    const app = jest.fn((_request: unknown, response: ServerResponse) => void response.end('{}'));
    const shared = { metrics: new Metrics(), logger: pino({ level: 'silent' }), traffic: new Traffic() };
    const listener = requestListener({ ...shared, app, overload: { enter: (_requestsInFlight, arrival) => void arrivals.push(arrival) } });
    const listening = createAppServer({ ...shared, app: { listener, classes: { IncomingMessage, ServerResponse } } });
    await once(listening.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = listening.address() as AddressInfo;
      const send = (rest: string) => {
        const socket = connect(port, '127.0.0.1').setEncoding('utf8');
        socket.write(`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${rest}`);
        return socket;
      };
      const [answer] = (await once(send('no chunk\r\n'), 'data')) as [string];
      expect(answer).toContain('HTTP/1.1 400 ');
      for (const { start, refuse } of arrivals.splice(0)) {
        start();
        refuse('event-loop');
      }
      expect(app).not.toHaveBeenCalled();
      // The twin, which is whole.
      const whole = once(send('0\r\n\r\n'), 'data');
      await until(() => arrivals.length === 1);
      arrivals[0]?.start();
      expect(String((await whole)[0])).toContain('HTTP/1.1 200 ');
    } finally {
      listening.closeAllConnections();
      listening.close();
    }
  });
});
