import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until, type ServiceProcess, type Variables } from '../lib/testing/service-process';
import type { Check, Fault, Scale } from './fault';
import { startGateway } from './gateway';
import { errorsOf, load, type LoadRequest, type LoadResult } from './load';
import { Setting } from './setting';

const exactly = (what: string, value: number, expected: number, unit = 'requests'): Check => ({ what, value, unit, limit: { exactly: expected }, kind: 'state' });
const atLeast = (what: string, value: number, least: number, unit = 'requests'): Check => ({ what, value, unit, limit: { atLeast: least }, kind: 'state' });
const millisAtMost = (what: string, value: number, most: number): Check => ({ what, value, unit: 'ms', limit: { atMost: most }, kind: 'timing' });

/** Milliseconds until a check holds. */
export async function millisUntil(check: () => boolean | Promise<boolean>): Promise<number> {
  const began = performance.now();
  await until(check);
  return performance.now() - began;
}

/** The status of a request over a connection of its own, 0 where nobody listens any more. */
export function statusOf(pod: ServiceProcess, target: string): Promise<number> {
  return fetch(`${pod.url}${target}`, { headers: { Connection: 'close' } }).then(async (response) => (await response.arrayBuffer(), response.status), () => 0);
}

export const exitOf = async (pod: ServiceProcess): Promise<number> => (await pod.exit) ?? -1;

/** On a loaded machine one look at `/ready` may take half a second. */
export const drainSeconds = ({ speed }: Scale): number => Math.max(2, 5 / speed);

/** Failed requests; how they failed goes to standard error. */
export function failed(what: string, results: readonly LoadResult[]): Check {
  const ways = new Set(results.map(({ status, error }) => error ?? status));
  if (ways.size > 0) process.stderr.write(`${what}: ${[...ways].join(', ')}\n`);
  return exactly(what, results.length, 0);
}

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
    atLeast('new connections served, of the drain delay', lastServed / (drainSeconds(scale) * 1_000), 0.5, 'times'),
    { what: 'new connections served for', value: lastServed, unit: 'ms', limit: { atLeast: drainSeconds(scale) * 1_000 - 100 }, kind: 'timing' },
    exactly('exit code after a drain', await exitOf(pod), 0, ''),
  ];
}

/** A pod that cannot finish, told to end; its readiness has failed. */
async function startEnding(setting: Setting, variables: Variables): Promise<{ readonly pod: ServiceProcess; readonly inFlight: Promise<number>; readonly toldAt: number }> {
  const pod = await setting.service('faults/slow', variables);
  const inFlight = statusOf(pod, '/slow?millis=60000');
  await until(async () => (await statusOf(pod, '/health')) === 200);
  const toldAt = performance.now();
  pod.process.kill('SIGTERM');
  await until(async () => (await statusOf(pod, '/ready')) === 503);
  return { pod, inFlight, toldAt };
}

async function toldTwice(setting: Setting): Promise<readonly Check[]> {
  const { pod, inFlight } = await startEnding(setting, { DRAIN_DELAY_SECONDS: '5', HARD_STOP_SECONDS: '25' });
  const toldAgainAt = performance.now();
  pod.process.kill('SIGTERM');
  const exitCode = await exitOf(pod);
  const millis = performance.now() - toldAgainAt;
  await inFlight;
  return [exactly('exit code after a second signal', exitCode, 1, ''), millisAtMost('second signal to exit', millis, 1_000)];
}

async function stoppedHard(setting: Setting, scale: Scale): Promise<readonly Check[]> {
  const hardStopMillis = Math.max(3, 25 / scale.speed) * 1_000;
  const { pod, inFlight, toldAt } = await startEnding(setting, { DRAIN_DELAY_SECONDS: '2', HARD_STOP_SECONDS: String(hardStopMillis / 1_000) });
  // Its clock began after ours: on a busy machine it ends later, never sooner.
  await sleep(toldAt + hardStopMillis / 2 - performance.now());
  const endedEarly = pod.process.exitCode !== null || pod.process.signalCode !== null;
  const exitCode = await exitOf(pod);
  const millis = performance.now() - toldAt;
  await inFlight;
  return [
    exactly('pods that had ended at half of the time to the hard stop', endedEarly ? 1 : 0, 0, 'pods'),
    exactly('exit code after the hard stop', exitCode, 1, ''),
    millisAtMost('SIGTERM to the hard stop', millis, hardStopMillis + 1_000),
    { what: 'SIGTERM to the hard stop, at the earliest', value: millis, unit: 'ms', limit: { atLeast: hardStopMillis - 100 }, kind: 'timing' },
  ];
}

/**
 * SIGTERM with a request in flight; a second one; and the hard stop: a pod of known slowness. At the fast scale the drain delay
 * is 2 s and the hard stop comes after 3 s.
 */
export const f2: Fault = {
  id: 'F2',
  title: 'SIGTERM with a request of 5 s in flight; then a second SIGTERM',
  run: (scale) => Setting.run(async (setting) => [...(await terminateInFlight(setting, scale)), ...(await toldTwice(setting)), ...(await stoppedHard(setting, scale))]),
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

/** Longer than the time between two of them: when the pod is killed, it has some. */
const ORDER_MILLIS = 300;

async function killOneOfTwo(setting: Setting, scale: Scale): Promise<readonly Check[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rechain-orders-'));
  setting.with({ stop: () => rm(folder, { recursive: true, force: true }) });
  const orders = path.join(folder, 'orders');
  await writeFile(orders, '');
  const pods = await Promise.all([setting.service('faults/slow', { ORDERS_FILE: orders }), setting.service('faults/slow', { ORDERS_FILE: orders })]);
  const gateway = setting.with(await startGateway(pods));
  const request = (index: number): LoadRequest => (index % 5 === 0 ? { method: 'POST', path: `/orders/${index}?millis=${ORDER_MILLIS}`, body: {} } : { method: 'GET', path: '/slow?millis=20' });
  const results = load({ url: gateway.url, seconds: scale.loadSeconds + 2, requestsPerSecond: scale.requestsPerSecond, request });
  await sleep(500);
  pods[0].process.kill('SIGKILL');
  await pods[0].exit;
  const killed = performance.now();
  const attempts = await countConnections(setting, Number(new URL(pods[0].url).port));
  const errors = errorsOf(await results);
  const carriedOut = (await readFile(orders, 'utf8')).split('\n').filter((line) => line !== '');
  return [
    failed('failed GETs', errors.filter((result) => result.request.method === 'GET')),
    atLeast('failed POSTs, which a pod had when it was killed', errors.filter((result) => result.request.method === 'POST').length, 1),
    exactly('orders carried out twice', carriedOut.length - new Set(carriedOut).size, 0),
    atLeast('orders carried out', carriedOut.length, 1, 'orders'),
    exactly('connections to the dead pod after 1 s', attempts.millis.filter((at) => at - killed > 1_000).length, 0, 'connections'),
  ];
}

/** One of two pods killed, pods of known slowness. A request is in error, too, when its client has waited 10 s. The fast scale sends less, for a shorter time. */
export const f4: Fault = { id: 'F4', title: 'kill -9 of one of 2 pods behind nginx', run: (scale) => Setting.run((setting) => killOneOfTwo(setting, scale)) };
