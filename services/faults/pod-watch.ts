import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceProcess } from '../lib/testing/service-process';
import type { ProbeReport } from './health-probe';

/** What a pod says of itself, once. */
export interface PodSample {
  /** Of 1,000,000 bytes. */
  readonly memoryMegabytes: number;
  /** Open TCP connections of every kind. */
  readonly connections: number;
  /** Of all its metrics. */
  readonly series: number;
}

/** What a pod says of itself now; NaN for what it does not. */
export async function samplePod({ metricsUrl }: ServiceProcess): Promise<PodSample> {
  const text = await (await fetch(metricsUrl)).text();
  const value = (series: RegExp): number => Number(series.exec(text)?.[1] ?? NaN);
  return {
    memoryMegabytes: value(/^process_resident_memory_bytes (\S+)$/m) / 1_000_000,
    connections: value(/^nodejs_active_resources\{type="TCPSocketWrap"\} (\S+)$/m),
    series: text.match(/^\w/gm)?.length ?? NaN,
  };
}

/** Samples a pod from now on. @returns a function that stops it and gives the samples, the first of now */
export function samplesOf(pod: ServiceProcess, intervalMillis: number): () => Promise<readonly PodSample[]> {
  let stopped = false;
  const sampling = (async () => {
    const samples: PodSample[] = [];
    while (!stopped) {
      samples.push(await samplePod(pod));
      await sleep(intervalMillis);
    }
    return samples;
  })();
  return () => {
    stopped = true;
    return sampling;
  };
}

/** Probes a path of a pod from now on. @returns a function that stops it and gives what it saw */
export async function probesOf(pod: ServiceProcess, target: '/health' | '/ready', intervalMillis: number): Promise<() => Promise<ProbeReport>> {
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', path.join(__dirname, 'health-probe.ts'), `${pod.url}${target}`, String(intervalMillis)], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child.stdout, 'data');
  return async () => {
    child.stdin.end();
    await once(child, 'close');
    return JSON.parse(output.slice(output.indexOf('\n') + 1)) as ProbeReport;
  };
}
