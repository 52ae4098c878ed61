import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { EnvironmentName } from '../../platform/spec';
import { withoutBanner } from '../npm-banner';
import { type Difference, differenceOf, differenceText } from './difference';
import type { Plan } from './plan';
import { PriceFileError, readPrices } from './prices';
import { readStackConfig, StackFileError } from './stack-file';

/** `npm run plan`: every cloud resource and what it costs, offline. */

// Stack traces translated to lines of TypeScript would be a third of the time, and nothing here prints one.
process.setSourceMapsEnabled(false);

interface PlanOptions {
  readonly env: EnvironmentName;
  readonly json: boolean;
  readonly against?: string;
  readonly prices?: string;
}

const root = join(__dirname, '../..');

/** Thrown for a saved plan that cannot be compared with. */
class SavedPlanError extends Error {
  override readonly name = 'SavedPlanError';
  constructor(path: string, received: string, options?: ErrorOptions) {
    super(`--against ${path}: received ${received}, allowed is what npm run plan -- --json printed. Save a plan, and name its file.`, options);
  }
}

function readPlan(path: string): Plan {
  let plan: Partial<Plan> | null;
  try {
    plan = JSON.parse(withoutBanner(readFileSync(path, 'utf8'))) as Partial<Plan> | null;
  } catch (error) {
    throw new SavedPlanError(path, error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (!Array.isArray(plan?.resources) || typeof plan.cost?.monthlyUsd !== 'number') throw new SavedPlanError(path, 'another document');
  return plan as Plan;
}

/** Loaded when it is asked for: `--help` needs neither catalog nor SDK, and a broken catalog throws as it loads. */
async function makePlan({ env, prices }: PlanOptions): Promise<Plan> {
  const load = createRequire(__filename);
  const props = { environment: env, prices: readPrices(prices), config: readStackConfig(root, env) };
  const { planEnvironment } = load('./plan-environment') as typeof import('./plan-environment');
  return planEnvironment(props);
}

function text(plan: Plan, { env }: PlanOptions, difference: Difference | undefined): string {
  const { planTree } = createRequire(__filename)('./tree') as typeof import('./tree');
  return `${env}\n\n${planTree(plan)}${difference === undefined ? '' : `\n\n${differenceText(difference)}`}`;
}

async function run(options: PlanOptions): Promise<void> {
  try {
    const before = options.against === undefined ? undefined : readPlan(options.against);
    const plan = await makePlan(options);
    const difference = before === undefined ? undefined : differenceOf(before, plan);
    process.stdout.write(`${options.json ? JSON.stringify({ ...plan, ...(difference && { difference }) }, null, 2) : text(plan, options, difference)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof SavedPlanError || error instanceof PriceFileError || error instanceof StackFileError ? 2 : 1;
  }
}

void new Command('npm run plan --')
  .description('Shows every resource that pulumi up would create, what it waits for, what is protected and secret, and what it costs. Offline: no CLI, no credentials, no network.')
  .addOption(new Option('--env <environment>', 'the environment, and stack, to plan').choices(['staging', 'production']).default('production'))
  .option('--json', 'print one JSON document', false)
  .option('--against <file>', 'compare with a plan that --json printed, by resource and property')
  .option('--prices <file>', 'a JSON file with prices that are known better, over lab/plan/prices.json')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(run)
  .parseAsync();
