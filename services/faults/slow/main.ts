import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { createApp, type Route } from '../../lib/app';
import { Metrics } from '../../lib/metrics';
import { Overload } from '../../lib/overload';
import { Readiness } from '../../lib/readiness';
import { startServer } from '../../lib/server';
import { serverLimits } from '../../lib/server-limits';
import { Traffic } from '../../lib/traffic';

/**
 * A pod of known slowness: the shared library's server as every service has it, with routes that take as long as they are
 * told. Besides a service's variables it takes ORDERS_FILE, to which it adds a line for each order that it carries out, and
 * LOG_FILE, to which it logs instead of standard output.
 */

const LONGEST_MILLIS = 60_000;
/** As every service has it. */
const LOG_BACKLOG_BYTES = 8_388_608;

const numberOf = (value: unknown): number => (typeof value === 'string' ? Math.min(Number(value), LONGEST_MILLIS) : 0);

const used = new WeakSet<object>();

/** Whether a connection has brought an order before. */
function isReused(socket: object): boolean {
  const reused = used.has(socket);
  used.add(socket);
  return reused;
}

const routes: readonly Route[] = [
  { method: 'GET', path: '/quick', handle: (_request, response) => void response.json({}) },
  {
    method: 'GET',
    path: '/slow',
    deadlineMillis: 2 * LONGEST_MILLIS,
    handle: async (request, response) => {
      await sleep(numberOf(request.query['millis']));
      response.json({});
    },
  },
  {
    method: 'GET',
    path: '/busy',
    handle: (request, response) => {
      const until = performance.now() + numberOf(request.query['millis']);
      while (performance.now() < until);
      response.json({});
    },
  },
  {
    method: 'POST',
    path: '/orders/:id',
    handle: async (request, response) => {
      appendFileSync(process.env.ORDERS_FILE ?? '/dev/null', `${request.params['id']}\n`);
      await sleep(numberOf(request.query['millis']));
      response.status(201).json({ reused: isReused(request.socket) });
    },
  },
];

async function main(): Promise<void> {
  const { PORT, METRICS_PORT, DRAIN_DELAY_SECONDS = '5', HARD_STOP_SECONDS = '25', LOG_LEVEL = 'info', LOG_FILE } = process.env;
  const limits = serverLimits.parse(process.env).server;
  const logger = pino({ level: LOG_LEVEL, base: { service: 'slow' } }, pino.destination({ dest: LOG_FILE ?? 1, sync: false, maxLength: LOG_BACKLOG_BYTES }));
  const readiness = new Readiness();
  const shared = { readiness, metrics: new Metrics(), logger, traffic: new Traffic(), limits, overload: new Overload(limits.overload) };
  const { exitCode } = await startServer({
    ...shared,
    app: createApp({ ...shared, routes }),
    listen: { host: '127.0.0.1', port: Number(PORT), metricsPort: Number(METRICS_PORT) },
    shutdown: { drainDelaySeconds: Number(DRAIN_DELAY_SECONDS), hardStopSeconds: Number(HARD_STOP_SECONDS) },
    release: () => Promise.resolve(),
  });
  readiness.markReady();
  process.exit(await exitCode);
}

void main();
