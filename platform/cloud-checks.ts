import { databaseClass, databaseFamilies, instanceTypes, regionZones } from './aws-capabilities';
import type { AwsSpec, NewClusterSpec } from './cloud-spec';
import type { ResolvedPlatform } from './environments';
import type { Issue } from './issues';

function* checkZones({ zones, region }: AwsSpec, platform: ResolvedPlatform): Iterable<Issue> {
  const known: readonly string[] = regionZones[region];
  for (const [index, zone] of zones.entries()) {
    if (!known.includes(zone)) {
      yield { path: 'cloud.zones', received: zone, limit: `zones of ${region}: ${known.join(', ')}`, remedy: 'Take fewer zones, or a region that has them.' };
    }
    if (zones.indexOf(zone) !== index) yield { path: 'cloud.zones', received: zone, limit: 'each zone once', remedy: 'Name another zone.' };
  }
  for (const tier of ['loadBalancers', 'databases'] as const) {
    const blocks = platform.network[tier].length;
    if (zones.length > blocks) {
      yield { path: 'cloud.zones', received: zones.length, limit: `at most ${blocks} zones: network.${tier} has ${blocks} blocks`, remedy: `Add a block to network.${tier} for each zone, or take fewer zones.` };
    }
  }
}

function* checkNodes(path: string, { instanceTypes: names }: NewClusterSpec['spot'], minimum: number): Iterable<Issue> {
  for (const name of names) {
    if (instanceTypes[name] === undefined) {
      yield { path, received: name, limit: `one of ${Object.keys(instanceTypes).join(', ')}`, remedy: 'Take one that is known, or add it to platform/aws-capabilities.ts with its price.' };
    }
  }
  const architectures = new Set(names.map((name) => instanceTypes[name]?.architecture).filter((architecture) => architecture !== undefined));
  if (architectures.size > 1) yield { path, received: names, limit: 'types of one architecture', remedy: 'An image is built for one: take x86_64 types or arm64 types.' };
  if (names.length < minimum) {
    yield { path, received: names.length, limit: `at least ${minimum} instance types`, remedy: 'Spot capacity of one type can run out at any time: name several.' };
  }
}

function* checkCluster({ cluster }: AwsSpec): Iterable<Issue> {
  if (cluster.kind === 'existing') return;
  yield* checkNodes('cloud.cluster.onDemand.instanceTypes', cluster.onDemand, 1);
  yield* checkNodes('cloud.cluster.spot.instanceTypes', cluster.spot, 3);
  if (cluster.publicAccess.includes('0.0.0.0/0')) {
    yield { path: 'cloud.cluster.publicAccess', received: '0.0.0.0/0', limit: 'blocks of an office, a VPN or the CI', remedy: 'Name who may reach the API server, or nobody.' };
  }
}

function* checkDatabases({ databases }: AwsSpec, platform: ResolvedPlatform): Iterable<Issue> {
  for (const [field, role] of [['primaryFamily', 'primary'], ['replicaFamily', 'replicas'], ['shardFamily', 'shards']] as const) {
    const family = databases[field];
    const { memoryGiB } = platform.data[role];
    if (databaseClass(family, memoryGiB) === undefined) {
      yield { path: `cloud.databases.${field}`, received: family, limit: `a family with a class of ${memoryGiB} GiB; this one has ${Object.values(databaseFamilies[family]).join(', ')}`, remedy: `Take another family, or another data.${role}.memoryGiB.` };
    }
  }
}

function* checkProduction({ databases, cache, protection }: AwsSpec): Iterable<Issue> {
  if (!databases.multiAz) yield { path: 'cloud.databases.multiAz', received: false, limit: 'true in production', remedy: 'A single instance takes its data offline with its zone.' };
  if (cache.nodes < 2) yield { path: 'cloud.cache.nodes', received: cache.nodes, limit: 'at least 2 in production', remedy: 'One node cannot fail over.' };
  if (protection !== 'protected') yield { path: 'cloud.protection', received: protection, limit: 'protected in production', remedy: 'What holds data must refuse to be deleted.' };
}

/** What is wrong with the cloud of an environment. */
export function* checkCloud(platform: ResolvedPlatform): Iterable<Issue> {
  const { cloud } = platform;
  if (cloud.kind === 'none') return;
  yield* checkZones(cloud, platform);
  yield* checkCluster(cloud);
  yield* checkDatabases(cloud, platform);
  if (platform.environment === 'production') yield* checkProduction(cloud);
}
