import createPlatform from '../../infra';
import { resolveEnvironment } from '../../platform/environments';
import { rechain } from '../../platform/rechain';
import type { EnvironmentName, Platform } from '../../platform/spec';
import { type Plan, planOf } from './plan';
import type { PriceTable } from './prices';
import { runProgram } from './run-program';

export interface PlanProps {
  readonly environment: EnvironmentName;
  /** The stack's configuration, keys with the project's name. */
  readonly config: Readonly<Record<string, string>>;
  readonly prices: PriceTable;
  /** @default ours */
  readonly catalog?: Platform;
}

/** Plans a catalog in one environment; stack and environment bear one name. */
export async function planEnvironment({ environment, config, prices, catalog = rechain }: PlanProps): Promise<Plan> {
  const { recorded } = await runProgram({ program: () => createPlatform(catalog), stack: environment, config });
  return planOf(resolveEnvironment(catalog, environment), [...recorded.values()], prices);
}
