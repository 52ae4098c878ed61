import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../lib/testing/postgres';
import { spawnService, until, type ServiceProcess } from '../lib/testing/service-process';
import type { Check, Fault, Scale } from './fault';
import { startGateway } from './gateway';
import { errorsOf, load, type LoadRequest, type LoadResult } from './load';
import { Setting } from './setting';

const exactly = (what: string, value: number, expected: number, unit = 'requests'): Check => ({ what, value, unit, limit: { exactly: expected }, kind: 'state' });
const atLeast = (what: string, value: number, least: number, unit = 'requests'): Check => ({ what, value, unit, limit: { atLeast: least }, kind: 'state' });
const millisAtMost = (what: string, value: number, most: number): Check => ({ what, value, unit: 'ms', limit: { atMost: most }, kind: 'timing' });

/** Milliseconds until a check holds. */
async function millisUntil(check: () => boolean | Promise<boolean>): Promise<number> {
  const began = performance.now();
  await until(check);
  return performance.now() - began;
}

/** The status of a request over a connection of its own, 0 where nobody listens any more. */
function statusOf(pod: ServiceProcess, target: string): Promise<number> {
  return fetch(`${pod.url}${target}`, { headers: { Connection: 'close' } }).then(async (response) => (await response.arrayBuffer(), response.status), () => 0);
}

const exitOf = async (pod: ServiceProcess): Promise<number> => (await pod.exit) ?? -1;

/** On a loaded machine one look at `/ready` may take half a second. */
const drainSeconds = ({ speed }: Scale): number => Math.max(2, 5 / speed);

/** Failed requests, with their statuses for whoever reads it. */
function failed(results: readonly LoadResult[], what = 'failed requests'): Check {
  const statuses = [...new Set(results.map(({ status, error }) => error ?? status))];
  return exactly(statuses.length === 0 ? what : `${what} (${statuses.join(', ')})`, results.length, 0);
}

/** A busy machine is not what is looked at. */
const patient = { REQUEST_DEADLINE_SECONDS: '20' };

async function terminateDuringLoad(setting: Setting, scale: Scale): Promise<readonly Check[]> {
  const postgres = setting.with(await startPostgres());
  const variables = { DATABASE_URL: await postgres.createDatabase('web4'), DATABASE_POOL_MAX: '10', DATABASE_REPLICA_POOL_MAX: '10', DRAIN_DELAY_SECONDS: String(drainSeconds(scale)), ...(scale.name === 'fast' && patient) };
  await (await spawnService('web4', variables, ['migrate'])).exit;
  const pods = await Promise.all([setting.service('web4', variables), setting.service('web4', variables)]);
  const gateway = setting.with(await startGateway(pods));
  const body = { mediaType: 'text/plain', content: 'here' };
  await fetch(`${gateway.url}/api/web4/assets/0`, { method: 'PUT', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  const request = (index: number): LoadRequest => (index % 5 === 0 ? { method: 'PUT', path: '/api/web4/assets/0', body } : { method: 'GET', path: '/api/web4/assets/0' });
  const seconds = Math.max(scale.loadSeconds, drainSeconds(scale) + 2);
  const results = load({ url: gateway.url, seconds, requestsPerSecond: scale.requestsPerSecond, timeoutMillis: 30_000, request });
  await sleep(500);
  pods[0].process.kill('SIGTERM');
  const unready = await millisUntil(async () => (await statusOf(pods[0], '/ready')) === 503);
  const began = performance.now();
  const exitCode = await exitOf(pods[0]);
  const exit = performance.now() - began;
  return [
    failed(errorsOf(await results)),
    atLeast('requests', (await results).length, seconds * scale.requestsPerSecond),
    millisAtMost('SIGTERM to a failing /ready', unready, 100),
    exactly('exit code', exitCode, 0, ''),
    millisAtMost('SIGTERM to exit', unready + exit, 10_000),
  ];
}

/** SIGTERM during load. */
export const f1: Fault = { id: 'F1', title: 'SIGTERM during load', run: (scale) => Setting.run((setting) => terminateDuringLoad(setting, scale)) };

async function terminateInFlight(setting: Setting, scale: Scale): Promise<readonly Check[]> {
  const pod = await setting.service('faults/slow', { DRAIN_DELAY_SECONDS: String(drainSeconds(scale)), HARD_STOP_SECONDS: '25' });
  const inFlight = statusOf(pod, `/slow?millis=${Math.max(drainSeconds(scale) * 1_000 + 500, 5_000 / scale.speed)}`);
  await until(async () => (await statusOf(pod, '/health')) === 200);
  pod.process.kill('SIGTERM');
  const began = performance.now();
  await until(async () => (await statusOf(pod, '/ready')) === 503);
  let served = 0;
  let lastServed = 0;
  while ((await statusOf(pod, '/quick')) === 200) {
    served += 1;
    lastServed = performance.now() - began;
  }
  return [
    exactly('status of the request in flight', await inFlight, 200, ''),
    atLeast('new connections served while draining', served, 1),
    { what: 'new connections served for', value: lastServed, unit: 'ms', limit: { atLeast: drainSeconds(scale) * 1_000 - 100 }, kind: 'timing' },
    exactly('exit code after a drain', await exitOf(pod), 0, ''),
  ];
}

/** How a pod ends that is told twice, or that cannot finish. */
async function endedEarly(setting: Setting, variables: Readonly<Record<string, string>>, signals: 1 | 2): Promise<{ readonly exitCode: number; readonly millis: number }> {
  const pod = await setting.service('faults/slow', variables);
  const inFlight = statusOf(pod, '/slow?millis=60000');
  await until(async () => (await statusOf(pod, '/health')) === 200);
  let began = performance.now();
  pod.process.kill('SIGTERM');
  await until(async () => (await statusOf(pod, '/ready')) === 503);
  if (signals === 2) {
    began = performance.now();
    pod.process.kill('SIGTERM');
  }
  const exitCode = await exitOf(pod);
  const millis = performance.now() - began;
  await inFlight;
  return { exitCode, millis };
}

/** SIGTERM with a request in flight; a second one; and the hard stop. */
export const f2: Fault = {
  id: 'F2',
  title: 'SIGTERM with a request of 5 s in flight; then a second SIGTERM',
  run: (scale) =>
    Setting.run(async (setting) => {
      const hardStopSeconds = Math.max(3, 25 / scale.speed);
      const drained = await terminateInFlight(setting, scale);
      const second = await endedEarly(setting, { DRAIN_DELAY_SECONDS: '5', HARD_STOP_SECONDS: '25' }, 2);
      const hard = await endedEarly(setting, { DRAIN_DELAY_SECONDS: '2', HARD_STOP_SECONDS: String(hardStopSeconds) }, 1);
      return [
        ...drained,
        exactly('exit code after a second signal', second.exitCode, 1, ''),
        millisAtMost('second signal to exit', second.millis, 1_000),
        exactly('exit code after the hard stop', hard.exitCode, 1, ''),
        millisAtMost('SIGTERM to the hard stop', hard.millis, hardStopSeconds * 1_000 + 1_000),
      ];
    }),
};

/** Counts connections to the port of a pod that is gone, and closes them. */
async function countConnections(setting: Setting, port: number): Promise<{ readonly millis: number[] }> {
  const millis: number[] = [];
  const server = createServer((socket) => {
    millis.push(performance.now());
    socket.destroy();
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  setting.with({ stop: () => server.close() });
  return { millis };
}

async function killOneOfTwo(setting: Setting, scale: Scale): Promise<readonly Check[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rechain-orders-'));
  setting.with({ stop: () => rm(folder, { recursive: true, force: true }) });
  const orders = path.join(folder, 'orders');
  await writeFile(orders, '');
  const pods = await Promise.all([setting.service('faults/slow', { ORDERS_FILE: orders }), setting.service('faults/slow', { ORDERS_FILE: orders })]);
  const gateway = setting.with(await startGateway(pods));
  const request = (index: number): LoadRequest => (index % 5 === 0 ? { method: 'POST', path: `/orders/${index}?millis=20`, body: {} } : { method: 'GET', path: '/slow?millis=20' });
  const results = load({ url: gateway.url, seconds: scale.loadSeconds + 2, requestsPerSecond: scale.requestsPerSecond, timeoutMillis: 30_000, request });
  await sleep(500);
  pods[0].process.kill('SIGKILL');
  await pods[0].exit;
  const killed = performance.now();
  const attempts = await countConnections(setting, Number(new URL(pods[0].url).port));
  const errors = errorsOf(await results);
  const carriedOut = (await readFile(orders, 'utf8')).split('\n').filter((line) => line !== '');
  return [
    failed(errors.filter((result) => result.request.method === 'GET'), 'failed GETs'),
    exactly('orders carried out twice', carriedOut.length - new Set(carriedOut).size, 0),
    atLeast('orders carried out', carriedOut.length, 1, 'orders'),
    exactly('connections to the dead pod after 1 s', attempts.millis.filter((at) => at - killed > 1_000).length, 0, 'connections'),
  ];
}

/** One of two pods killed. */
export const f4: Fault = { id: 'F4', title: 'kill -9 of one of 2 pods behind nginx', run: (scale) => Setting.run((setting) => killOneOfTwo(setting, scale)) };
