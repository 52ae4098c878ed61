import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect, createServer } from 'node:net';
import { freePort } from './lib/testing/free-port';
import { startPostgres, type Postgres } from './lib/testing/postgres';
import { spawnService, stopService, until, untilReady, type ServiceProcess, type Variables } from './lib/testing/service-process';

/** Its requests ask for a connection that lasts. */
const keepAlive = new Agent({ keepAlive: true });

let postgres: Postgres;
let variables: Variables;
let service: ServiceProcess | undefined;

beforeAll(async () => {
  postgres = await startPostgres();
  variables = { DATABASE_URL: await postgres.createDatabase('web4'), DATABASE_POOL_MAX: '5', DATABASE_REPLICA_POOL_MAX: '5' };
  expect(await (await spawnService('web4', variables, ['migrate'])).exit).toBe(0);
});
afterEach(async () => {
  if (service !== undefined) await stopService(service);
  service = undefined;
});
afterAll(async () => {
  keepAlive.destroy();
  await postgres.stop();
});

async function startReady(more: Variables): Promise<ServiceProcess> {
  service = await spawnService('web4', { ...variables, ...more });
  await untilReady(service);
  return service;
}

/** A request that the service has begun and cannot end before its body comes. */
async function requestInFlight({ url }: ServiceProcess): Promise<{ readonly finish: () => Promise<IncomingMessage>; readonly request: ClientRequest }> {
  const body = '{"mediaType":"text/plain","content":"late"}';
  const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length, Expect: '100-continue' };
  const outgoing = request(`${url}/api/web4/assets/late`, { method: 'PUT', headers, agent: keepAlive });
  outgoing.on('error', () => undefined);
  outgoing.flushHeaders();
  await once(outgoing, 'continue');
  const finish = async (): Promise<IncomingMessage> => {
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.resume();
    return response;
  };
  return { finish, request: outgoing };
}

function readyStatus({ url }: ServiceProcess): Promise<number | undefined> {
  return fetch(`${url}/ready`).then((response) => response.status, () => undefined);
}

describe('SIGTERM', () => {
  it('fails readiness, serves on, stops accepting, ends what is in flight, and exits 0', async () => {
    const running = await startReady({ DRAIN_DELAY_SECONDS: '3', HARD_STOP_SECONDS: '600' });
    const inFlight = await requestInFlight(running);
    // A connection that never sends a request must not hold up the end.
    const silent = connect(Number(new URL(running.url).port), '127.0.0.1').on('error', () => undefined);
    expect((await fetch(`${running.url}/health`)).headers.get('Connection')).toBe('keep-alive');
    running.process.kill('SIGTERM');
    await until(async () => (await readyStatus(running)) === 503);
    const served = await fetch(`${running.url}/api/web4/assets/none`);
    expect([served.status, served.headers.get('Connection')]).toEqual([404, 'close']);
    expect((await fetch(running.metricsUrl)).status).toBe(200);
    await until(async () => (await readyStatus(running)) === undefined);
    expect(running.process.exitCode).toBeNull();
    const response = await inFlight.finish();
    expect(response.statusCode).toBe(201);
    expect(response.headers.connection).toBe('close');
    expect(await running.exit).toBe(0);
    expect(running.output()).toContain('"outcome":"drained"');
    silent.destroy();
  });

  it('ends at once when it comes twice', async () => {
    const running = await startReady({ DRAIN_DELAY_SECONDS: '500', HARD_STOP_SECONDS: '600' });
    const inFlight = await requestInFlight(running);
    running.process.kill('SIGTERM');
    await until(async () => (await readyStatus(running)) === 503);
    running.process.kill('SIGTERM');
    expect(await running.exit).toBe(1);
    expect(running.output()).toContain('"outcome":"second signal"');
    inFlight.request.destroy();
  });

  it('resets no connection that had come by then and waited to be accepted', async () => {
    const running = await startReady({ DRAIN_DELAY_SECONDS: '0', HARD_STOP_SECONDS: '600', REQUEST_DEADLINE_SECONDS: '60' });
    // The system completes connections for a process that does not run.
    running.process.kill('SIGSTOP');
    const answers = Array.from({ length: 40 }, async () => {
      const socket = connect(Number(new URL(running.url).port), '127.0.0.1').setEncoding('utf8');
      await once(socket, 'connect');
      socket.write('GET /api/web4/assets/none HTTP/1.1\r\nHost: a\r\n\r\n');
      return { socket, status: once(socket, 'data').then(([text]: unknown[]) => String(text).slice(9, 12), (error: Error) => error.message) };
    });
    const waiting = await Promise.all(answers);
    running.process.kill('SIGTERM');
    running.process.kill('SIGCONT');
    expect(new Set(await Promise.all(waiting.map(({ status }) => status)))).toEqual(new Set(['404']));
    expect(await running.exit).toBe(0);
    for (const { socket } of waiting) socket.destroy();
  });

  it('gives up a client that stops sending, before the hard stop', async () => {
    const running = await startReady({ DRAIN_DELAY_SECONDS: '0', HARD_STOP_SECONDS: '4', HEADERS_TIMEOUT_SECONDS: '0.3', REQUEST_TIMEOUT_SECONDS: '600' });
    const { request: outgoing } = await requestInFlight(running);
    running.process.kill('SIGTERM');
    const [{ statusCode }] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(statusCode).toBe(408);
    expect(await running.exit).toBe(0);
    expect(running.output()).toContain('"outcome":"drained"');
  });
});

describe('a start that fails', () => {
  it.each(['PORT', 'METRICS_PORT'])('for a taken %s names it, and leaves nothing running', async (variable) => {
    const taken = createServer().listen(await freePort(), '127.0.0.1');
    await once(taken, 'listening');
    try {
      const address = taken.address();
      const port = typeof address === 'object' ? String(address?.port) : '';
      const failed = await spawnService('web4', { ...variables, LOG_LEVEL: 'error', [variable]: port });
      expect(await failed.exit).toBe(1);
      // Beside it there may be lines of the log.
      expect(failed.output().split('\n')).toContain(`error: ${variable}: received ${port}; another process listens there on 127.0.0.1; remedy: stop it, or set ${variable} to a free port`);
    } finally {
      taken.close();
    }
  });

  it('for a wrong environment exits 78 with every problem, before it listens', async () => {
    const failed = await spawnService('web4', { DATABASE_URL: 'postgres://app:hunter2@db/x?sslmode=require', TIER: 'gold' });
    expect(await failed.exit).toBe(78);
    expect(failed.output()).toMatch(/^error: the environment has 4 problems\n/);
    for (const name of ['TIER', 'DATABASE_URL', 'DATABASE_POOL_MAX', 'DATABASE_REPLICA_POOL_MAX']) expect(failed.output()).toContain(`\n  ${name}: received`);
    expect(failed.output()).not.toContain('hunter2');
    expect(failed.output()).not.toContain('listening');
  });

  it('for an unknown command exits 2', async () => {
    const failed = await spawnService('web4', variables, ['serve']);
    expect(await failed.exit).toBe(2);
    expect(failed.output()).toMatch(/^error: usage: /);
  });

  it('of a migration whose database is not there exits 1', async () => {
    const failed = await spawnService('web4', { ...variables, DATABASE_URL: `postgres://a:b@127.0.0.1:${await freePort()}/x` }, ['migrate']);
    expect(await failed.exit).toBe(1);
    expect(failed.output()).toContain('migration failed');
  });
});
