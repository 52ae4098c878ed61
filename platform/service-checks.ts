import type { ResolvedPlatform } from './environments';
import type { Issue } from './issues';
import { type ResourcesSpec, type ScalingSpec, type ServiceSpec, type TierSpec, tiersOf, workloadName } from './spec';

/** Variables of every service that the platform itself sets (README, "Environment of a service"). */
export const contractVariables = [
  'PORT', 'METRICS_PORT', 'SERVICE_NAME', 'TIER', 'PLATFORM_ENV', 'LOG_LEVEL', 'NODE_OPTIONS', 'DRAIN_DELAY_SECONDS', 'HARD_STOP_SECONDS',
  'DATABASE_URL', 'DATABASE_REPLICA_URLS', 'DATABASE_SHARD_URLS', 'SHARD_MAP', 'DATABASE_CA_FILE',
  'DATABASE_POOL_MIN', 'DATABASE_POOL_MAX', 'DATABASE_REPLICA_POOL_MAX', 'DATABASE_SHARD_POOL_MAX', 'REDIS_URL', 'CDN_KIND', 'CDN_URL', 'CDN_DISTRIBUTION_ID', 'CDN_PURGE_TOKEN',
] as const;

/** Deployments of the gateway bear this name. */
export const GATEWAY_NAME = 'gateway';

export function* checkResources(path: string, { requests, limits }: ResourcesSpec): Iterable<Issue> {
  for (const field of ['cpuMillis', 'memoryMiB', 'ephemeralStorageMiB'] as const) {
    if (requests[field] > limits[field]) {
      yield { path: `${path}.requests.${field}`, received: requests[field], limit: `at most the limit, ${limits[field]}`, remedy: 'Kubernetes refuses a request above its limit: lower the request or raise the limit.' };
    }
  }
}

export function* checkReplicas(path: string, scaling: { minReplicas: number; maxReplicas: number }, platform: ResolvedPlatform): Iterable<Issue> {
  if (scaling.minReplicas > scaling.maxReplicas) {
    yield { path: `${path}.minReplicas`, received: scaling.minReplicas, limit: `at most maxReplicas, ${scaling.maxReplicas}`, remedy: 'Lower minReplicas or raise maxReplicas.' };
  }
  if (platform.environment === 'production' && scaling.minReplicas < 2) {
    yield { path: `${path}.minReplicas`, received: scaling.minReplicas, limit: 'at least 2 in production', remedy: 'One pod cannot survive the loss of its node: raise minReplicas, 3 covers three zones.' };
  }
}

function* checkHeap(path: string, service: ServiceSpec, scaling: ScalingSpec): Iterable<Issue> {
  if (scaling.memory.kind === 'none') return;
  const { oldSpaceMiB, overheadMiB } = service.heap;
  const targetMiB = (service.resources.requests.memoryMiB * scaling.memory.utilizationPercent) / 100;
  if (oldSpaceMiB + overheadMiB >= targetMiB) {
    yield {
      path: `${path}.heap.oldSpaceMiB`,
      received: oldSpaceMiB,
      limit: `below ${Math.floor(targetMiB - overheadMiB)}: request ${service.resources.requests.memoryMiB} MiB x ${scaling.memory.utilizationPercent} % less ${overheadMiB} MiB overhead`,
      remedy: 'A warm heap would hold the fleet at its maximum: lower the heap bound, raise the memory request, or take memory out of scaling with its reason.',
    };
  }
}

function* checkTier(path: string, service: ServiceSpec, { tier, scaling }: TierSpec, platform: ResolvedPlatform): Iterable<Issue> {
  const tierPath = service.tiers.kind === 'tiered' ? `${path}.tiers.${tier}.scaling` : `${path}.tiers.scaling`;
  yield* checkReplicas(tierPath, scaling, platform);
  yield* checkHeap(path, service, scaling);
  const name = workloadName(service, tier);
  if (name.length > 52) {
    yield { path: `${path}.name`, received: name, limit: 'at most 52 characters with the tier', remedy: 'Pod names and the migration Job add to it within 63: shorten the name.' };
  }
}

function* checkShutdown(path: string, { shutdown }: ServiceSpec): Iterable<Issue> {
  if (shutdown.drainDelaySeconds >= shutdown.hardStopSeconds) {
    yield { path: `${path}.shutdown.drainDelaySeconds`, received: shutdown.drainDelaySeconds, limit: `below hardStopSeconds, ${shutdown.hardStopSeconds}`, remedy: 'Requests in flight need time between the two: lower the delay or raise the hard stop.' };
  }
}

function* checkLoad(path: string, service: ServiceSpec, platform: ResolvedPlatform): Iterable<Issue> {
  const { averagePerSecond, peakPerSecond } = service.load;
  if (averagePerSecond > peakPerSecond) {
    yield { path: `${path}.load.averagePerSecond`, received: averagePerSecond, limit: `at most peakPerSecond, ${peakPerSecond}`, remedy: 'Correct the load profile.' };
  }
  const capacity = tiersOf(service).reduce((sum, { scaling }) => sum + scaling.maxReplicas * scaling.requestsPerSecondPerPod, 0);
  if (platform.environment === 'production' && peakPerSecond > capacity) {
    yield { path: `${path}.load.peakPerSecond`, received: peakPerSecond, limit: `at most ${capacity} requests/s, what all tiers serve at maxReplicas`, remedy: 'Raise maxReplicas or requestsPerSecondPerPod (measure it), or correct the profile.' };
  }
}

function* checkEnvironment(path: string, service: ServiceSpec): Iterable<Issue> {
  const plain = Object.keys(service.environment);
  for (const variable of [...plain, ...Object.keys(service.secretEnvironment)]) {
    if ((contractVariables as readonly string[]).includes(variable)) {
      yield { path: `${path}.environment.${variable}`, received: variable, limit: 'variables that the platform does not set', remedy: 'Change the field of the catalog that it comes from.' };
    }
  }
  for (const variable of plain.filter((name) => name in service.secretEnvironment)) {
    yield { path: `${path}.environment.${variable}`, received: variable, limit: 'one source for a variable', remedy: 'Keep it in environment or in secretEnvironment.' };
  }
}

/** What is wrong with one service of a well-formed catalog. */
export function* checkService(service: ServiceSpec, platform: ResolvedPlatform): Iterable<Issue> {
  const path = `services.${service.name}`;
  yield* checkResources(`${path}.resources`, service.resources);
  for (const tier of tiersOf(service)) yield* checkTier(path, service, tier, platform);
  yield* checkShutdown(path, service);
  yield* checkLoad(path, service, platform);
  yield* checkEnvironment(path, service);
  if (service.cdn === 'invalidates' && platform.data.cdn.kind === 'none') {
    yield { path: `${path}.cdn`, received: service.cdn, limit: 'none while data.cdn is none', remedy: 'Describe the CDN under data.cdn, or set the service’s cdn to none.' };
  }
}

/** Names and routes that two services claim. */
export function* checkClaims(services: readonly ServiceSpec[]): Iterable<Issue> {
  const owners = new Map<string, string>([[`name ${GATEWAY_NAME}`, 'the gateway']]);
  const claim = function* (what: string, value: string, owner: string, path: string, remedy: string): Iterable<Issue> {
    const other = owners.get(`${what} ${value}`);
    if (other === undefined) owners.set(`${what} ${value}`, owner);
    else yield { path, received: value, limit: `a ${what} of its own; ${other} has this one`, remedy };
  };
  for (const service of services) {
    const path = `services.${service.name}`;
    yield* claim('name', service.name, service.name, `${path}.name`, 'Rename one of them.');
    for (const { tier } of tiersOf(service)) {
      const name = workloadName(service, tier);
      if (name !== service.name) yield* claim('name', name, service.name, `${path}.tiers.${tier}`, 'Name each tier once, and rename the service that bears the tier’s name.');
    }
    for (const route of service.routes) yield* claim('route', route, service.name, `${path}.routes`, 'The gateway sends a path to one service: change one of the routes.');
  }
}
