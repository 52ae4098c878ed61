import createPlatform from '../../infra';
import { type ResolvedPlatform, resolveEnvironment } from '../../platform/environments';
import { rechain } from '../../platform/rechain';
import type { EnvironmentName } from '../../platform/spec';
import { type Plan, planOf } from './plan';
import type { PriceTable } from './prices';
import { runProgram } from './run-program';

/** Plans a platform in one environment; stack and environment bear one name. */
export async function planPlatform(platform: ResolvedPlatform, config: Readonly<Record<string, string>>, prices: PriceTable): Promise<Plan> {
  const { recorded } = await runProgram({ program: () => createPlatform(platform), stack: platform.environment, config });
  return planOf(platform, [...recorded.values()], prices);
}

export function planEnvironment(environment: EnvironmentName, config: Readonly<Record<string, string>>, prices: PriceTable): Promise<Plan> {
  return planPlatform(resolveEnvironment(rechain, environment), config, prices);
}
