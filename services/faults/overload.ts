import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { standardLimits } from '../lib/server-limits';
import type { ServiceProcess } from '../lib/testing/service-process';
import type { Check, Fault, Scale } from './fault';
import type { ProbeReport } from './health-probe';
import { isRefusal, load, percentile, type LoadResult } from './load';
import { Setting } from './setting';

/** What a request keeps the pod's processor busy; so the capacity is some hundred a second, three times that can be sent from the same machine. */
const REQUEST_MILLIS = 2;
const CONNECTIONS = 50;
const HEALTH_INTERVAL_MILLIS = 100;
const request = { method: 'GET', path: `/busy?millis=${REQUEST_MILLIS}` } as const;

const served = (results: readonly LoadResult[]): readonly LoadResult[] => results.filter(({ status }) => status === 200);

/** Answers per second with every connection busy, and their times: a pod at its capacity. */
async function atCapacity(pod: ServiceProcess, seconds: number): Promise<{ readonly perSecond: number; readonly p99: number }> {
  const times: { readonly millis: number }[] = [];
  const until = performance.now() + seconds * 1_000;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < until) {
        const began = performance.now();
        const response = await fetch(`${pod.url}${request.path}`);
        await response.arrayBuffer();
        if (response.status === 200) times.push({ millis: performance.now() - began });
      }
    }),
  );
  return { perSecond: times.length / seconds, p99: percentile(times, 0.99) };
}

/** Probes `/health` until told to stop. */
function watchHealth(pod: ServiceProcess): { readonly stop: () => Promise<ProbeReport> } {
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', path.join(__dirname, 'health-probe.ts'), `${pod.url}/health`, String(HEALTH_INTERVAL_MILLIS)], { stdio: ['pipe', 'pipe', 'inherit'] });
  return {
    stop: async () => {
      child.stdin.end();
      return JSON.parse(await text(child.stdout)) as ProbeReport;
    },
  };
}

async function memoryMiB(pod: ServiceProcess): Promise<number> {
  const text = await (await fetch(pod.metricsUrl)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]) / 1_048_576;
}

async function overload(setting: Setting, scale: Scale): Promise<readonly Check[]> {
  const { turnMillis, toleratedMillis } = standardLimits.overload;
  // Whoever sends the load would read the log as well. A fast run is shorter than what a pod usually bears.
  const variables = { LOG_LEVEL: 'fatal', EVENT_LOOP_TURN_SECONDS: String(turnMillis / 1_000), EVENT_LOOP_TOLERANCE_SECONDS: String(toleratedMillis / 1_000 / scale.speed) };
  const pod = await setting.service('faults/slow', variables);
  await atCapacity(pod, scale.loadSeconds / 4);
  const before = await atCapacity(pod, scale.loadSeconds / 2);
  const memoryBefore = await memoryMiB(pod);
  const health = watchHealth(pod);
  const seconds = scale.loadSeconds * (scale.name === 'full' ? 3 : 1);
  const during = await load({ url: pod.url, seconds, requestsPerSecond: Math.round(before.perSecond * 3), connections: 4 * CONNECTIONS, opening: { method: 'GET', path: '/quick' }, request: () => request });
  const { probes, failed, slowestMillis } = await health.stop();
  const memoryAfter = await memoryMiB(pod);
  await sleep(5_000 / scale.speed);
  const after = await load({ url: pod.url, seconds: scale.loadSeconds / 2, requestsPerSecond: Math.round(before.perSecond / 4), connections: CONNECTIONS, request: () => request });
  const refused = during.filter(isRefusal);
  return [
    { what: 'requests refused', value: refused.length, unit: 'requests', limit: { atLeast: 1 }, kind: 'state' },
    { what: 'requests served', value: served(during).length, unit: 'requests', limit: { atLeast: 1 }, kind: 'state' },
    { what: 'requests neither served nor refused with Retry-After', value: during.length - refused.length - served(during).length, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
    { what: 'probes of /health', value: probes, unit: 'requests', limit: { atLeast: 1 }, kind: 'state' },
    { what: 'failures of /health', value: failed, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
    { what: 'requests served after it', value: served(after).length, unit: 'requests', limit: { atLeast: 1 }, kind: 'state' },
    { what: 'goodput of capacity', value: served(during).length / seconds / before.perSecond, unit: 'times', limit: { atLeast: 0.8 }, kind: 'timing' },
    { what: '99th percentile of what is served, of that at capacity', value: percentile(served(during), 0.99) / before.p99, unit: 'times', limit: { atMost: 2 }, kind: 'timing' },
    { what: 'slowest /health', value: slowestMillis, unit: 'ms', limit: { atMost: 100 }, kind: 'timing' },
    { what: 'memory more than before', value: memoryAfter - memoryBefore, unit: 'MiB', limit: { atMost: 50 }, kind: 'timing' },
    { what: 'requests not served from 5 s after it', value: after.length - served(after).length, unit: 'requests', limit: { atMost: 0 }, kind: 'timing' },
    { what: '99th percentile then, of that at capacity', value: percentile(after, 0.99) / before.p99, unit: 'times', limit: { atMost: 1 }, kind: 'timing' },
  ];
}

/** More requests than a pod can answer, on a processor-bound route: the case in which the event loop is late. */
export const f19: Fault = { id: 'F19', title: '3 times capacity', run: (scale) => Setting.run((setting) => overload(setting, scale)) };
