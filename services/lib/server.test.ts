import { once } from 'node:events';
import { connect } from 'node:net';
import pino from 'pino';
import { createApp, type Route } from './app';
import { Metrics } from './metrics';
import { Overload } from './overload';
import { Readiness } from './readiness';
import { startServer } from './server';
import { standardLimits } from './server-limits';
import { freePort } from './testing/free-port';
import { until } from './testing/service-process';
import { Traffic } from './traffic';

const listeners = { SIGTERM: process.listeners('SIGTERM'), SIGINT: process.listeners('SIGINT') };
afterEach(() => {
  for (const [signal, before] of Object.entries(listeners)) {
    for (const listener of process.listeners(signal as NodeJS.Signals)) if (!before.includes(listener)) process.removeListener(signal, listener);
  }
});

it('holds requests while it closes its port, releases what they use once none is in flight, and then ends', async () => {
  const events: string[] = [];
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => { open = resolve; });
  const held: Route = {
    method: 'GET',
    path: '/held',
    handle: async (_request, response) => {
      events.push('asked');
      await opened;
      events.push('answered');
      response.json({});
    },
  };
  const traffic = new (class extends Traffic {
    override closeConnectionsAfterwards(): void {
      events.push('closing connections');
      super.closeConnectionsAfterwards();
    }

    override keepConnections(): void {
      events.push('keeping connections');
      super.keepConnections();
    }
  })();
  const shared = { readiness: new Readiness(), metrics: new Metrics(), logger: pino({ level: 'silent' }), traffic, overload: new Overload(standardLimits.overload), limits: { ...standardLimits, deadlineMillis: 60_000 } };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let goodbye: Promise<string> | undefined;
  const { exitCode } = await startServer({
    ...shared,
    app: createApp({ ...shared, routes: [held] }),
    overload: { hold: () => void events.push('holding'), resume: () => void (events.push('resumed'), (goodbye = ask())) },
    listen: { host: '127.0.0.1', port, metricsPort: await freePort() },
    shutdown: { drainDelaySeconds: 0, hardStopSeconds: 600 },
    release: async () => {
      events.push('releasing');
      await new Promise(setImmediate);
      events.push('released');
    },
  });
  const kept = connect(port, '127.0.0.1').setEncoding('utf8');
  const ask = (): Promise<string> => {
    kept.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n');
    return once(kept, 'data').then(String);
  };
  expect(await ask()).toMatch(/^HTTP\/1.1 200 [^]*\r\nConnection: keep-alive\r\n/);
  const answer = fetch(`${url}/held`);
  await until(() => events.length === 1);
  process.emit('SIGTERM');
  await until(() => fetch(`${url}/health`).then(() => false, () => true));
  await until(() => events.includes('resumed'));
  // Who still comes at the end of the delay is to open no connection just when none is accepted any more.
  const stopped = ['asked', 'closing connections', 'keeping connections', 'holding', 'closing connections', 'resumed'];
  expect(events).toEqual(stopped);
  // One that comes on an open connection, when no other is accepted any more.
  expect(await goodbye).toMatch(/^HTTP\/1.1 200 [^]*\r\nConnection: close\r\n/);
  open();
  expect((await answer).status).toBe(200);
  expect(await exitCode).toBe(0);
  expect(events).toEqual([...stopped, 'answered', 'releasing', 'released']);
});
