import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { PlannedResource } from '../../policies/planned-resource';
import type { PolicyEnvironment } from '../../policies/preset';
import { readPrices } from '../plan/prices';
import { readStackConfig } from '../plan/stack-file';

const REPOSITORY = join(__dirname, '../..');

/** What we plan in the cloud ourselves; undefined for the environment on one machine, which has none. */
export async function ownPlan(environment: PolicyEnvironment): Promise<readonly PlannedResource[] | undefined> {
  if (environment === 'local') return undefined;
  // Loaded when it is asked for: Pulumi's SDK takes a second.
  const { planEnvironment } = createRequire(__filename)('../plan/plan-environment') as typeof import('../plan/plan-environment');
  const { resources } = await planEnvironment({ environment, prices: readPrices(undefined), config: readStackConfig(REPOSITORY, environment) });
  return resources;
}
