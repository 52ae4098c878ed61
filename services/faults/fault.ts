/**
 * How a fault is run. Tests run it fast and judge counts and states; `npm run bench -- faults` runs it in full, and judges
 * milliseconds and ratios too.
 */
export interface Scale {
  readonly name: 'fast' | 'full';
  /** By which every interval and deadline of the processes is divided. */
  readonly speed: number;
  /** How long the default load lasts, seconds. */
  readonly loadSeconds: number;
  /** Requests per second of the default load. */
  readonly requestsPerSecond: number;
  /** By which counts such as 10,000 requests are divided. */
  readonly countDivisor: number;
}

export const fast: Scale = { name: 'fast', speed: 10, loadSeconds: 2, requestsPerSecond: 200, countDivisor: 10 };
export const full: Scale = { name: 'full', speed: 1, loadSeconds: 20, requestsPerSecond: 500, countDivisor: 1 };

/** One thing that must hold. */
export interface Check {
  /** What is looked at: "failed reads". */
  readonly what: string;
  readonly value: number;
  /** "requests", "ms", "times": of the value and of its limit. */
  readonly unit: string;
  readonly limit: { readonly atMost: number } | { readonly atLeast: number } | { readonly exactly: number };
  /** A `timing` depends on the machine: tests do not judge it. */
  readonly kind: 'state' | 'timing';
}

/** A fault that the services survive. */
export interface Fault {
  readonly id: `F${number}`;
  readonly title: string;
  /** Brings up what it needs, breaks it, measures, and takes it all down again. */
  readonly run: (scale: Scale) => Promise<readonly Check[]>;
}

/** Whether a check holds. */
export function holds({ value, limit }: Check): boolean {
  if ('atMost' in limit) return value <= limit.atMost;
  if ('atLeast' in limit) return value >= limit.atLeast;
  return value === limit.exactly;
}

/** A check as one reads it: "failed reads: 3 requests, exactly 0". */
export function described({ what, value, unit, limit }: Check): string {
  const bound = 'atMost' in limit ? `at most ${limit.atMost}` : 'atLeast' in limit ? `at least ${limit.atLeast}` : `exactly ${limit.exactly}`;
  return `${what}: ${Number(value.toPrecision(3))} ${unit}, ${bound}`;
}

/** The checks of states that a run did not meet, as one reads them; for `expect(…).toEqual([])`. */
export async function brokenStates(fault: Fault, scale: Scale = fast): Promise<readonly string[]> {
  const checks = await fault.run(scale);
  const states = checks.filter(({ kind }) => kind === 'state');
  if (states.length === 0) throw new Error(`${fault.id} checks no state`);
  return states.filter((check) => !holds(check)).map(described);
}
