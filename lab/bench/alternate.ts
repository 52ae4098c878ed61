/** What each side measured, one sample a round. */
export interface Samples<Sample> {
  readonly baseline: readonly Sample[];
  readonly candidate: readonly Sample[];
}

export interface AlternateOptions<Sample> {
  /** Samples of each side. */
  readonly rounds: number;
  readonly baseline: () => Sample | Promise<Sample>;
  readonly candidate: () => Sample | Promise<Sample>;
}

/**
 * Measures two things in turn, first the one, then the other first, after a round of each that does not count: what slows
 * the machine for a while slows both.
 */
export async function alternate<Sample>({ rounds, baseline, candidate }: AlternateOptions<Sample>): Promise<Samples<Sample>> {
  const samples: { baseline: Sample[]; candidate: Sample[] } = { baseline: [], candidate: [] };
  await baseline();
  await candidate();
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) samples.baseline.push(await baseline());
    samples.candidate.push(await candidate());
    if (round % 2 === 1) samples.baseline.push(await baseline());
  }
  return samples;
}

/** The value that a share of them does not exceed; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export const medianOf = (values: readonly number[]): number => quantile(values, 0.5);
