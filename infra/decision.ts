import * as pulumi from '@pulumi/pulumi';
import { type BuiltChart, buildManifests } from '../charts/app';
import { environmentFrom, resolveEnvironment } from '../platform/environments';
import type { Platform } from '../platform/spec';
import { type Deployment, deploymentOf } from './deployment';
import { preflight } from './preflight';
import { stackSettings } from './stack-settings';

/** What is known before anything is created. */
export interface Decision {
  readonly deployment: Deployment;
  readonly charts: readonly BuiltChart[];
}

/**
 * Looks at stack, configuration and catalog, and refuses what cannot work.
 *
 * @throws RunError, of which Pulumi shows the message alone; its cause is a StackConfigurationError, a NoCloudError, or what
 * preflight finds
 */
export function decide(catalog: Platform): Decision {
  try {
    const platform = resolveEnvironment(catalog, environmentFrom(pulumi.getStack()));
    const config = new pulumi.Config();
    const deployment = deploymentOf(platform, stackSettings((key) => config.get(key)));
    const charts = buildManifests(catalog, platform.environment);
    preflight(deployment, charts);
    return { deployment, charts };
  } catch (error) {
    throw new pulumi.RunError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
