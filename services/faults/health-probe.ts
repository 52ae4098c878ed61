import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Probes a pod as the kubelet does: from a process of its own, so that nothing else makes it late, with a new connection each
 * time. Takes the URL and the milliseconds between probes; it prints a line after the first, and when its standard
 * input ends, what it saw.
 */

/** What probes saw, as JSON on the second line of standard output. */
export interface ProbeReport {
  readonly probes: number;
  /** Not answered with 200. */
  readonly failed: number;
  readonly slowestMillis: number;
}

function probe(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode === 200));
    }).once('error', () => resolve(false));
  });
}

async function main([url = '', intervalMillis]: readonly string[]): Promise<void> {
  let stopped = false;
  process.stdin.resume().once('end', () => {
    stopped = true;
  });
  // The first is slow for this process's own reasons: its time does not count.
  let [probes, failed, slowestMillis] = [1, (await probe(url)) ? 0 : 1, 0];
  process.stdout.write('probing\n');
  while (!stopped) {
    const began = performance.now();
    if (!(await probe(url))) failed += 1;
    probes += 1;
    slowestMillis = Math.max(slowestMillis, performance.now() - began);
    await sleep(Number(intervalMillis));
  }
  const report: ProbeReport = { probes, failed, slowestMillis };
  process.stdout.write(JSON.stringify(report));
}

void main(process.argv.slice(2));
