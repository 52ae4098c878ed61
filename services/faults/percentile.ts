import type { LoadResult } from './load';

/** The value that a share of the results does not exceed, milliseconds; NaN for none. */
export function percentile(results: readonly Pick<LoadResult, 'millis'>[], share: number): number {
  const sorted = results.map(({ millis }) => millis).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

const WINDOW_MILLIS = 500;

/**
 * The 99th percentile while the machine does its part, milliseconds: the first quartile of those of half seconds, by when
 * requests were due; NaN for none. For ratios: a pause of the machine of 50 ms touches 1 % of what a load of 20 s sends, so the
 * 99th percentiles of two loads alike can be three times apart. Pauses only add, so the quiet half seconds tell what the
 * services do. What lasts, or comes back as often, is seen; what happens once is not.
 */
export function quietP99(...loads: readonly (readonly Pick<LoadResult, 'millis' | 'atMillis'>[])[]): number {
  const windows = loads.flatMap((results) => {
    const byTime = new Map<number, Pick<LoadResult, 'millis'>[]>();
    for (const result of results) {
      const window = Math.floor(result.atMillis / WINDOW_MILLIS);
      const others = byTime.get(window);
      if (others === undefined) byTime.set(window, [result]);
      else others.push(result);
    }
    return [...byTime.values()];
  });
  return percentile(windows.map((inWindow) => ({ millis: percentile(inWindow, 0.99) })), 0.25);
}
