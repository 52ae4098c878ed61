/** One measured figure, as `npm run bench -- --json` prints it. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is compared with, measured in the same run. */
  readonly baseline: string;
  /** How the value compares with the baseline. */
  readonly ratio: number;
  /** What the ratio must be: `<= 1.2`. */
  readonly bar: string;
  readonly holds: boolean;
}

export interface FigureProps {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline: { readonly name: string; readonly value: number };
  readonly bar: { readonly atMost: number } | { readonly atLeast: number };
}

const digits = (value: number): number => Number(value.toPrecision(3));

/** Compares a value with its baseline. A bar `atLeast` asks how many times the baseline is larger than the value. */
export function figure({ name, value, unit, baseline, bar }: FigureProps): Figure {
  const ratio = 'atMost' in bar ? value / baseline.value : baseline.value / value;
  const holds = 'atMost' in bar ? ratio <= bar.atMost : ratio >= bar.atLeast;
  return { name, value: digits(value), unit, baseline: `${baseline.name}: ${digits(baseline.value)} ${unit}`, ratio: digits(ratio), bar: 'atMost' in bar ? `<= ${bar.atMost}` : `>= ${bar.atLeast}`, holds };
}

/** Milliseconds of one call. */
export function time(run: () => void): number {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** The median of several calls, milliseconds: one slow call on a noisy machine decides nothing. */
export function median(runs: number, run: () => void): number {
  const times = Array.from({ length: runs }, () => time(run)).sort((a, b) => a - b);
  return times[Math.floor(runs / 2)] ?? NaN;
}
