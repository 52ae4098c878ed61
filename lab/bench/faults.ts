import { type Fault, full, type Scale } from '../../services/faults/fault';
import type { Figure } from './figure';
import { judge, type Run } from './judge';

export interface FaultBenchOptions {
  readonly faults: readonly Fault[];
  /** How often each is run. */
  readonly runs: number;
  /** @default full */
  readonly scale?: Scale;
  /** Told what begins. */
  readonly onProgress: (line: string) => void;
}

async function attempt(fault: Fault, scale: Scale): Promise<Run> {
  try {
    return { kind: 'finished', checks: await fault.run(scale) };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

/** Runs faults one after the other, each several times, and gives the figures of each when it has been run. */
export async function* benchFaults({ faults, runs, scale = full, onProgress }: FaultBenchOptions): AsyncGenerator<readonly Figure[]> {
  for (const fault of faults) {
    const results: Run[] = [];
    for (let run = 1; run <= runs; run += 1) {
      onProgress(`${fault.id} ${fault.title}: run ${run} of ${runs}`);
      results.push(await attempt(fault, scale));
    }
    yield judge(fault, results);
  }
}
