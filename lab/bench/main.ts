import { Argument, Command } from 'commander';
import type { Figure } from './figure';
import { benchSynth } from './synth';

/** `npm run bench`: the performance figures, each against a named baseline of the same run. */

const benches: Readonly<Record<string, () => readonly Figure[]>> = { synth: benchSynth };

function row({ name, value, unit, baseline, ratio, bar, holds }: Figure): string {
  return `${holds ? '✓' : '✗'} ${name}: ${value} ${unit}\n    ${baseline}; ratio ${ratio}, bar ${bar}`;
}

function run(name: string | undefined, { json }: { readonly json: boolean }): void {
  const figures = Object.entries(benches).flatMap(([bench, measure]) => (name === undefined || name === bench ? measure() : []));
  process.stdout.write(`${json ? JSON.stringify(figures) : figures.map(row).join('\n')}\n`);
  process.exitCode = figures.every(({ holds }) => holds) ? 0 : 1;
}

new Command('npm run bench --')
  .description('Measures, and compares each figure with a named baseline of the same run. Exits 1 when one misses its bar.')
  .addArgument(new Argument('[name]', 'one bench alone').choices(Object.keys(benches)))
  .option('--json', 'print one JSON document', false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(run)
  .parse();
