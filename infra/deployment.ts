import type { AwsSpec } from '../platform/cloud-spec';
import type { ResolvedPlatform } from '../platform/environments';
import type { StackSettings } from './stack-settings';

/** What every component of a deployment may look at. */
export interface Deployment extends StackSettings {
  readonly platform: ResolvedPlatform;
  readonly cloud: AwsSpec;
}

/** Type tokens of our components. */
export function componentType(name: string): string {
  return `rechain:infra:${name}`;
}

/** Bears the environment, so that two of them can share an account. */
export function physicalName({ platform }: Pick<Deployment, 'platform'>, name: string): string {
  return `${platform.name}-${platform.environment}-${name}`;
}

/** Thrown for a stack whose environment has no cloud. */
export class NoCloudError extends Error {
  override readonly name = 'NoCloudError';
  constructor(environment: string) {
    super(`environments.${environment}.cloud: received "none", allowed is "aws". Describe its cloud in the catalog, or choose another environment.`);
  }
}

/** @throws NoCloudError */
export function deploymentOf(platform: ResolvedPlatform, settings: StackSettings): Deployment {
  const { cloud } = platform;
  if (cloud.kind === 'none') throw new NoCloudError(platform.environment);
  return { platform, cloud, ...settings };
}
