import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Pool } from 'undici';
import { standardLimits } from '../lib/server-limits';
import { stopService, type ServiceProcess } from '../lib/testing/service-process';
import type { Check, Fault, Scale } from './fault';
import { isRefusal, load, type LoadResult } from './load';
import { percentile, quietP99 } from './percentile';
import { probesOf, samplePod, samplesOf, type PodSample } from './pod-watch';
import { Setting } from './setting';

/**
 * What a request keeps the pod's processor busy: some 25 times what Node takes to read a request and refuse it (0.15 ms), or the
 * refusals alone would take a fifth of the pod. The capacity is then some hundred a second, three times that can be sent from the same machine.
 */
const REQUEST_MILLIS = 4;
const request = { method: 'GET', path: `/busy?millis=${REQUEST_MILLIS}` } as const;
/** Enough that the pod never waits for one, few enough that what it has put off soon has its turn. */
const CAPACITY_CLIENTS = 4;
/** As many answers as the row wants of the pod during the overload: before, during and after it the pod does the same work. */
const NORMAL_SHARE = 0.8;
const CONNECTIONS = 50;
const OVERLOAD_CONNECTIONS = 200;
const HEALTH_INTERVAL_MILLIS = 100;
/** A probe takes its own time and then waits; half of them means that none was missing for long. */
const LEAST_PROBES = 0.5;

const served = (results: readonly LoadResult[]): readonly LoadResult[] => results.filter(({ status }) => status === 200);

/** What a pod answers with all of its clients always asking; none of them waits for more than the others. */
async function atCapacity(pod: ServiceProcess, seconds: number): Promise<{ readonly sent: number; readonly served: number; readonly perSecond: number }> {
  const pool = new Pool(pod.url, { connections: CAPACITY_CLIENTS });
  const began = performance.now();
  let [sent, answered] = [0, 0];
  const client = async (): Promise<void> => {
    while (performance.now() - began < seconds * 1_000) {
      sent += 1;
      const { statusCode, body } = await pool.request(request);
      await body.dump();
      if (statusCode === 200) answered += 1;
    }
  };
  await Promise.all(Array.from({ length: CAPACITY_CLIENTS }, client));
  const perSecond = answered / ((performance.now() - began) / 1_000);
  await pool.destroy();
  return { sent, served: answered, perSecond };
}

/** What a rate well below capacity meets. */
function normally(pod: ServiceProcess, seconds: number, capacity: number): Promise<readonly LoadResult[]> {
  return load({ url: pod.url, seconds, requestsPerSecond: capacity * NORMAL_SHARE, connections: CONNECTIONS, opening: { method: 'GET', path: '/quick' }, request: () => request });
}

/** Three times the capacity, from clients that have their connections open. */
async function overloaded(pod: ServiceProcess, seconds: number, capacity: number): Promise<{ readonly results: readonly LoadResult[]; readonly samples: readonly PodSample[] }> {
  let stop: (() => Promise<readonly PodSample[]>) | undefined;
  const results = await load({
    url: pod.url,
    seconds,
    requestsPerSecond: capacity * 3,
    connections: OVERLOAD_CONNECTIONS,
    opening: { method: 'GET', path: '/quick' },
    request: () => request,
    // With the first answer every connection is open.
    onResult: () => { stop ??= samplesOf(pod, (seconds * 1_000) / 30); },
  });
  return { results, samples: (await stop?.()) ?? [] };
}

/** NaN for no samples. */
const mostMemory = (samples: readonly PodSample[]): number => (samples.length === 0 ? NaN : Math.max(...samples.map(({ memoryMegabytes }) => memoryMegabytes)));

/** Lines that the pod has logged of the requests of the load, until its end. */
async function loggedUntilEnd(pod: ServiceProcess, file: string): Promise<number> {
  pod.process.kill('SIGTERM');
  await pod.exit;
  return (await readFile(file, 'utf8')).match(/"path":"\/busy"/g)?.length ?? 0;
}

/** Its log goes to a file: whoever sends the load would read standard output as well. */
async function startPod(setting: Setting): Promise<{ readonly pod: ServiceProcess; readonly logFile: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rechain-overload-'));
  setting.with({ stop: () => rm(folder, { recursive: true, force: true }) });
  const logFile = path.join(folder, 'log');
  const { turnMillis, toleratedMillis } = standardLimits.overload;
  const pod = await setting.service('faults/slow', {
    LOG_FILE: logFile,
    // As in a pod.
    NODE_OPTIONS: '--max-old-space-size=96 --max-semi-space-size=4',
    DRAIN_DELAY_SECONDS: '0',
    // As shipped, in tests too.
    EVENT_LOOP_TURN_SECONDS: String(turnMillis / 1_000),
    EVENT_LOOP_TOLERANCE_SECONDS: String(toleratedMillis / 1_000),
  });
  setting.with({ stop: () => stopService(pod) });
  return { pod, logFile };
}

async function overload(setting: Setting, scale: Scale): Promise<readonly Check[]> {
  const { pod, logFile } = await startPod(setting);
  const warm = await atCapacity(pod, scale.loadSeconds / 4);
  const capacity = await atCapacity(pod, scale.loadSeconds / 4);
  const before = await normally(pod, scale.loadSeconds, capacity.perSecond);
  const memoryBefore = (await samplePod(pod)).memoryMegabytes;
  const stopProbes = await probesOf(pod, '/health', HEALTH_INTERVAL_MILLIS);
  const seconds = scale.loadSeconds * (scale.name === 'full' ? 3 : 1);
  const { results: during, samples } = await overloaded(pod, seconds, capacity.perSecond);
  const { probes, failed, slowestMillis } = await stopProbes();
  const recoveryMillis = 5_000 / scale.speed;
  const afterwards = await normally(pod, scale.loadSeconds + recoveryMillis / 1_000, capacity.perSecond);
  const after = afterwards.filter(({ atMillis }) => atMillis >= recoveryMillis);
  const loads = [...before, ...during, ...afterwards];
  const logged = await loggedUntilEnd(pod, logFile);
  const refused = during.filter(isRefusal);
  const p99 = (results: readonly LoadResult[]): number => percentile(served(results), 0.99);
  return [
    { what: 'requests refused while capacity was measured', value: warm.sent + capacity.sent - warm.served - capacity.served, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
    { what: 'connections open when the overload began', value: samples[0]?.connections ?? NaN, unit: 'connections', limit: { atLeast: OVERLOAD_CONNECTIONS }, kind: 'state' },
    { what: 'requests refused', value: refused.length, unit: 'requests', limit: { atLeast: 1 }, kind: 'state' },
    { what: 'requests served', value: served(during).length, unit: 'requests', limit: { atLeast: 1 }, kind: 'state' },
    { what: 'requests neither served nor refused with Retry-After', value: during.length - refused.length - served(during).length, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
    { what: 'probes of /health', value: probes, unit: 'requests', limit: { atLeast: scale.name === 'full' ? (seconds * 1_000 * LEAST_PROBES) / HEALTH_INTERVAL_MILLIS : 1 }, kind: 'state' },
    { what: 'failures of /health', value: failed, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
    { what: 'requests served after it', value: served(after).length, unit: 'requests', limit: { atLeast: 1 }, kind: 'state' },
    { what: 'requests without a line in the log', value: warm.sent + capacity.sent + loads.length - logged, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
    { what: 'requests not served before it', value: before.length - served(before).length, unit: 'requests', limit: { exactly: 0 }, kind: 'timing' },
    { what: 'goodput of capacity', value: served(during).length / seconds / capacity.perSecond, unit: 'times', limit: { atLeast: 0.8 }, kind: 'timing' },
    { what: '99th percentile of what is served, of that before', value: p99(during) / p99(before), unit: 'times', limit: { atMost: 2 }, kind: 'timing' },
    { what: 'slowest /health', value: slowestMillis, unit: 'ms', limit: { atMost: 100 }, kind: 'timing' },
    { what: 'memory more than before', value: mostMemory(samples) - memoryBefore, unit: 'MB', limit: { atMost: 50 }, kind: 'timing' },
    { what: 'requests not served from 5 s after it', value: after.length - served(after).length, unit: 'requests', limit: { exactly: 0 }, kind: 'timing' },
    { what: '99th percentile then, in quiet half seconds, of that before', value: quietP99(served(after)) / quietP99(served(before)), unit: 'times', limit: { atMost: 2 }, kind: 'timing' },
  ];
}

/**
 * More requests than a pod can answer, on a processor-bound route only: the case in which the event loop is late. The fast scale
 * lasts 2 s instead of 60.
 */
export const f19: Fault = { id: 'F19', title: '3 times capacity', run: (scale) => Setting.run((setting) => overload(setting, scale)) };
