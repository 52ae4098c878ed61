import { type ConnectionBudget, connectionBudgets } from './connections';
import { type DataSpec, type EnvironmentName, type EnvironmentSpec, environmentNames, type Platform, type ScalingSpec, type ServiceSpec } from './spec';

/** A platform as it stands in one environment: the overrides are applied, nothing is left to choose. */
export interface ResolvedPlatform extends Omit<Platform, 'environments'> {
  readonly environment: EnvironmentName;
  readonly clientAddress: EnvironmentSpec['clientAddress'];
  readonly logLevel: EnvironmentSpec['logLevel'];
  readonly cloud: EnvironmentSpec['cloud'];
  /** How database connections are shared out at full scale. */
  readonly connectionBudgets: readonly ConnectionBudget[];
}

/** Thrown for an environment name that is none. */
export class UnknownEnvironmentError extends Error {
  override readonly name = 'UnknownEnvironmentError';
  constructor(received: string) {
    super(`PLATFORM_ENV: received ${JSON.stringify(received)}, allowed is one of ${environmentNames.join(', ')}. Set PLATFORM_ENV to one of them, or leave it out for production.`);
  }
}

/** @default production */
export function environmentFrom(value: string | undefined): EnvironmentName {
  if (value === undefined) return 'production';
  const name = environmentNames.find((candidate) => candidate === value);
  if (name === undefined) throw new UnknownEnvironmentError(value);
  return name;
}

type Caps = EnvironmentSpec['replicaCaps'];

function capped<T extends { minReplicas: number; maxReplicas: number }>(scaling: T, caps: Caps): T {
  return {
    ...scaling,
    minReplicas: Math.min(scaling.minReplicas, caps.minReplicas ?? Infinity),
    maxReplicas: Math.min(scaling.maxReplicas, caps.maxReplicas ?? Infinity),
  };
}

function cappedTiers(tiers: ServiceSpec['tiers'], caps: Caps): ServiceSpec['tiers'] {
  const cap = (scaling: ScalingSpec): ScalingSpec => capped(scaling, caps);
  return tiers.kind === 'untiered' ? { ...tiers, scaling: cap(tiers.scaling) } : { ...tiers, tiers: tiers.tiers.map((tier) => ({ ...tier, scaling: cap(tier.scaling) })) };
}

function overridden(base: DataSpec, overrides: EnvironmentSpec['data']): DataSpec {
  return Object.assign({ ...base }, Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined)));
}

/** Applies an environment's overrides. Pure; `platform` is not changed. */
export function resolveEnvironment(platform: Platform, environment: EnvironmentName): ResolvedPlatform {
  const { environments, ...rest } = platform;
  const { clientAddress, logLevel, replicaCaps, data, cloud } = environments[environment];
  const services = rest.services.map((service) => ({ ...service, tiers: cappedTiers(service.tiers, replicaCaps) }));
  const topology = overridden(rest.data, data);
  return {
    ...rest,
    environment,
    clientAddress,
    logLevel,
    cloud,
    services,
    gateway: { ...rest.gateway, scaling: capped(rest.gateway.scaling, replicaCaps) },
    data: topology,
    connectionBudgets: connectionBudgets({ services, data: topology }),
  };
}
