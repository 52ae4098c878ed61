import { type Check, type Fault, holds } from '../../services/faults/fault';
import { digits, type Figure } from './figure';

/** What became of one run of a fault. */
export type Run = { readonly kind: 'finished'; readonly checks: readonly Check[] } | { readonly kind: 'failed'; readonly error: unknown };

function limitOf({ limit }: Check): { readonly words: string; readonly sign: string; readonly value: number } {
  if ('atMost' in limit) return { words: 'at most', sign: '<=', value: limit.atMost };
  if ('atLeast' in limit) return { words: 'at least', sign: '>=', value: limit.atLeast };
  return { words: 'exactly', sign: '=', value: limit.exactly };
}

/** How bad a value is; only checks of one kind of limit are compared. */
function badness(check: Check): number {
  const { value, limit } = check;
  if (Number.isNaN(value)) return Infinity;
  if ('atMost' in limit) return value - limit.atMost;
  return 'atLeast' in limit ? limit.atLeast - value : Math.abs(value - limit.exactly);
}

function worstOf(checks: readonly [Check, ...Check[]]): Check {
  return checks.reduce((worst, check) => (badness(check) > badness(worst) ? check : worst));
}

/** A check as a figure: the limit is its baseline. Of a limit of 0 there is no ratio, so the value stands for it. */
function figureOf(fault: Fault, checks: readonly [Check, ...Check[]], runs: number): Figure {
  const worst = worstOf(checks);
  const { words, sign, value: limit } = limitOf(worst);
  const values = checks.map(({ value }) => digits(value)).join(', ');
  const missing = runs - checks.length;
  return {
    name: `${fault.id} ${worst.what}`,
    value: digits(worst.value),
    unit: worst.unit,
    baseline: `${words} ${limit} ${worst.unit}`,
    ratio: digits(worst.value / (limit === 0 ? 1 : limit)),
    bar: `${sign} ${limit === 0 ? 0 : 1}`,
    holds: missing === 0 && holds(worst),
    ...(checks.length > 1 && { details: [`each run: ${values}`] }),
    ...(missing !== 0 && { details: [`looked at in ${checks.length} of ${runs} runs: ${values}`] }),
  };
}

/** Runs that tell nothing; empty when there are none. */
function failures(name: string, count: number, details: readonly string[]): readonly Figure[] {
  if (count === 0) return [];
  return [{ name, value: count, unit: 'runs', baseline: 'exactly 0 runs', ratio: count, bar: '= 0', holds: false, ...(details.length > 0 && { details }) }];
}

/** Judges every check by its worst run. A check that some run did not make does not hold, nor does a run that ended with an error or checked nothing. */
export function judge(fault: Fault, runs: readonly Run[]): readonly Figure[] {
  const finished = runs.flatMap((run) => (run.kind === 'finished' ? [run.checks] : []));
  const byName = new Map<string, [Check, ...Check[]]>();
  for (const check of finished.flat()) {
    const group = byName.get(check.what);
    if (group === undefined) byName.set(check.what, [check]);
    else group.push(check);
  }
  const errors = runs.flatMap((run) => (run.kind === 'failed' ? [run.error instanceof Error ? run.error.message : String(run.error)] : []));
  const empty = finished.filter((checks) => checks.length === 0).length;
  return [
    ...failures(`${fault.id} runs that could not finish`, errors.length, errors),
    ...failures(`${fault.id} runs that checked nothing`, empty, []),
    ...[...byName.values()].map((checks) => figureOf(fault, checks, finished.length)),
  ];
}
