import { createRequire } from 'node:module';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { Fault } from '../../services/faults/fault';
import { faults } from '../../services/faults/index';
import { benchFaults } from './faults';
import { type Figure, tableOf } from './figure';

/** `npm run bench`: the performance figures, each against a named baseline of the same run. */

interface Options {
  readonly json: boolean;
  readonly only: readonly Fault[];
  readonly runs: number;
}

/** Gives figures as they are measured. */
type Bench = (options: Options) => AsyncIterable<readonly Figure[]>;

const note = (line: string): void => void process.stderr.write(`${line}\n`);

async function* once(measure: () => Promise<readonly Figure[]>): AsyncGenerator<readonly Figure[]> {
  yield await measure();
}

/** Each is loaded when it is run: collecting the garbage of what one needs would be part of what another one measures. */
const load = createRequire(__filename);

/** Those that run without a name. */
const quick: Readonly<Record<string, Bench>> = {
  synth: () => (load('./synth') as typeof import('./synth')).benchSynth(),
  services: () => (load('./services') as typeof import('./services')).benchServices(),
  plan: () => once((load('./plan') as typeof import('./plan')).planFigures),
  policy: () => once((load('./policy') as typeof import('./policy')).policyFigures),
};
/** Those that take too long for that. */
const long: Readonly<Record<string, Bench>> = { faults: ({ only, runs }) => benchFaults({ faults: only, runs, onProgress: note }) };

function toFaults(text: string): readonly Fault[] {
  return text.split(',').map((name) => {
    const fault = faults.find(({ id }) => id === name.trim());
    if (fault === undefined) throw new InvalidArgumentError(`"${name.trim()}" is no fault. Allowed are ${faults.map(({ id }) => id).join(', ')}.`);
    return fault;
  });
}

function toRuns(text: string): number {
  const runs = Number(text);
  if (!Number.isInteger(runs) || runs < 1 || runs > 100) throw new InvalidArgumentError('Allowed is a whole number from 1 to 100.');
  return runs;
}

async function run(name: string | undefined, options: Options, command: Command): Promise<void> {
  if (name !== 'faults' && (command.getOptionValueSource('only') === 'cli' || command.getOptionValueSource('runs') === 'cli')) {
    command.error('error: --only and --runs are options of "faults"', { exitCode: 2 });
  }
  if (name === undefined) note(`left out, since they take long: ${Object.keys(long).join(', ')}; each runs by its name`);
  const benches = Object.entries({ ...quick, ...long }).filter(([bench]) => (name === undefined ? bench in quick : bench === name));
  const figures: Figure[] = [];
  for (const [, bench] of benches) {
    for await (const group of bench(options)) {
      figures.push(...group);
      if (!options.json) process.stdout.write(`${tableOf(group)}\n`);
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exitCode = figures.every(({ holds }) => holds) ? 0 : 1;
}

new Command('npm run bench --')
  .description('Measures, and compares each figure with a named baseline of the same run. Exits 1 when one misses its bar. Without a name "faults" is left out: it breaks everything that the services depend on, each thing several times at full load, and takes the better part of an hour.')
  .addArgument(new Argument('[name]', 'one bench alone').choices(Object.keys({ ...quick, ...long })))
  .option('--json', 'print one JSON document on stdout', false)
  .addOption(new Option('--only <faults>', 'of "faults": these alone, such as F5,F13').argParser(toFaults).default(faults, 'all'))
  .addOption(new Option('--runs <count>', 'of "faults": how often each is run; the worst run counts').argParser(toRuns).default(3))
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action((name: string | undefined, options: Options, command: Command) =>
    run(name, options, command).catch((error: unknown) => {
      note(error instanceof Error ? error.message : String(error));
      process.exit(1);
    }),
  )
  .parse();
