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
  /** When the first of these was over, by `Date.now()`; null when none failed. */
  readonly failedAtMillis: number | null;
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
  let [probes, failed, slowestMillis] = [0, 0, 0];
  let failedAtMillis: number | null = null;
  const once = async (): Promise<number> => {
    const began = performance.now();
    const succeeded = await probe(url);
    probes += 1;
    if (!succeeded) {
      failed += 1;
      failedAtMillis ??= Date.now();
    }
    return performance.now() - began;
  };
  // The first is slow for this process's own reasons: its time does not count.
  await once();
  process.stdout.write('probing\n');
  for (let isLast = false; !isLast; await sleep(Number(intervalMillis))) {
    // Begun after the end of the input: it sees at least what made its reader end the probes.
    isLast = stopped;
    slowestMillis = Math.max(slowestMillis, await once());
  }
  const report: ProbeReport = { probes, failed, failedAtMillis, slowestMillis };
  process.stdout.write(JSON.stringify(report));
}

void main(process.argv.slice(2));
