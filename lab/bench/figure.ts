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
  /** What else is worth knowing: p50 and p99, memory, where the time goes. */
  readonly details?: readonly string[];
}

export interface FigureProps {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline: { readonly name: string; readonly value: number };
  /**
   * `atMost`: of the baseline, where less is better. `atLeast`: how many times the baseline is larger than the value.
   * `rateAtLeast`: of the baseline, where more is better.
   */
  readonly bar: { readonly atMost: number } | { readonly atLeast: number } | { readonly rateAtLeast: number };
  readonly details?: readonly string[];
}

/** Three digits that count. */
export const digits = (value: number): number => Number(value.toPrecision(3));

function judged(value: number, baseline: number, bar: FigureProps['bar']): Pick<Figure, 'ratio' | 'bar' | 'holds'> {
  if ('atMost' in bar) return { ratio: value / baseline, bar: `<= ${bar.atMost}`, holds: value / baseline <= bar.atMost };
  const [ratio, limit] = 'atLeast' in bar ? [baseline / value, bar.atLeast] : [value / baseline, bar.rateAtLeast];
  return { ratio, bar: `>= ${limit}`, holds: ratio >= limit };
}

/** Compares a value with its baseline. */
export function figure({ name, value, unit, baseline, bar, details }: FigureProps): Figure {
  const { ratio, ...verdict } = judged(value, baseline.value, bar);
  return { name, value: digits(value), unit, baseline: `${baseline.name}: ${digits(baseline.value)} ${unit}`, ratio: digits(ratio), ...verdict, ...(details !== undefined && { details }) };
}

/** Figures as rows of a table, what else is known of one below it. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, baseline, ratio, bar, holds }) => [`${holds ? '✓' : '✗'} ${name}`, `${value} ${unit}`, baseline, `ratio ${ratio}, bar ${bar}`]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row, index) => [row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '), ...(figures[index]?.details ?? []).map((detail) => `    ${detail}`)].join('\n')).join('\n');
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
