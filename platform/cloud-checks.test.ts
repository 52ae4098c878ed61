import { definePlatform } from './define-platform';
import { CatalogError, type Issue } from './issues';
import { rechain } from './rechain';
import type { Platform, PlatformInput } from './spec';

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
type Cloud = Extract<Mutable<Platform>['environments']['production']['cloud'], { kind: 'aws' }>;
type NewCluster = Extract<Cloud['cluster'], { kind: 'new' }>;

function issuesOf(change: (cloud: Cloud, draft: Mutable<Platform>) => void): readonly Issue[] {
  const draft = structuredClone(rechain) as Mutable<Platform>;
  change(draft.environments.production.cloud as Cloud, draft);
  try {
    definePlatform(draft as PlatformInput);
    return [];
  } catch (error) {
    if (error instanceof CatalogError) return error.issues;
    throw error;
  }
}

const cluster = (cloud: Cloud): NewCluster => cloud.cluster as NewCluster;
const path = 'environments.production.cloud';

const faults: readonly (readonly [what: string, change: (cloud: Cloud, draft: Mutable<Platform>) => void, path: string, words: RegExp])[] = [
  ['a zone that the region lacks', (cloud) => { cloud.zones[2] = 'us-east-1z'; }, 'cloud.zones (production)', /zones of us-east-1: us-east-1a/],
  ['a zone twice', (cloud) => { cloud.zones[2] = 'us-east-1a'; }, 'cloud.zones (production)', /each zone once/],
  ['more zones than blocks', (cloud) => { cloud.zones.push('us-east-1d'); }, 'cloud.zones (production)', /at most 3 zones: network.loadBalancers has 3 blocks/],
  ['one zone', (cloud) => { cloud.zones = ['us-east-1a']; }, `${path}.zones`, /at least 2 entries/],
  ['an unknown region', (cloud) => { Object.assign(cloud, { region: 'mars-1' }); }, `${path}.region`, /"us-east-1"/],
  ['an unknown instance type', (cloud) => { cluster(cloud).onDemand.instanceTypes = ['m9z.xlarge']; }, 'cloud.cluster.onDemand.instanceTypes (production)', /one of m6i.large/],
  ['spot on one type', (cloud) => { cluster(cloud).spot.instanceTypes = ['m6i.xlarge']; }, 'cloud.cluster.spot.instanceTypes (production)', /at least 3 instance types/],
  ['types of two architectures', (cloud) => { cluster(cloud).spot.instanceTypes.push('m7g.xlarge'); }, 'cloud.cluster.spot.instanceTypes (production)', /one architecture/],
  ['an API server open to the world', (cloud) => { cluster(cloud).publicAccess = ['0.0.0.0/0']; }, 'cloud.cluster.publicAccess (production)', /an office, a VPN or the CI/],
  ['a Kubernetes version without support', (cloud) => { Object.assign(cluster(cloud), { kubernetesVersion: '1.29' }); }, `${path}.cluster.kubernetesVersion`, /"1.35"/],
  ['an unknown engine version', (cloud) => { Object.assign(cloud.databases, { postgresVersion: '12.1' }); }, `${path}.databases.postgresVersion`, /"17"/],
  ['an unknown class family', (cloud) => { Object.assign(cloud.databases, { primaryFamily: 'db.x1' }); }, `${path}.databases.primaryFamily`, /"db.r7g"/],
  ['a memory that no class has', (_, draft) => { draft.data.primary.memoryGiB = 33; }, 'cloud.databases.primaryFamily (production)', /a family with a class of 33 GiB; this one has 16, 32, 64/],
  ['an unknown cache node', (cloud) => { Object.assign(cloud.cache, { nodeType: 'cache.z1.large' }); }, `${path}.cache.nodeType`, /"cache.r7g.large"/],
  ['a single instance in production', (cloud) => { cloud.databases.multiAz = false; }, 'cloud.databases.multiAz (production)', /true in production/],
  ['a single cache node in production', (cloud) => { cloud.cache.nodes = 1; }, 'cloud.cache.nodes (production)', /at least 2 in production/],
  ['production that can be deleted', (cloud) => { cloud.protection = 'disposable'; }, 'cloud.protection (production)', /protected in production/],
  ['zero shards', (_, draft) => { draft.data.shards.count = 0; }, 'data.shards.count', /at least 1/],
  ['overlapping blocks', (_, draft) => { draft.network.databases[0] = '10.0.0.0/24'; }, 'network.databases', /apart from 10.0.0.0\/22/],
];

test.each(faults)('reports %s', (_what, change, expected, words) => {
  const issues = issuesOf(change);
  expect(issues.map((issue) => issue.path)).toContain(expected);
  const issue = issues.find((candidate) => candidate.path === expected);
  expect(`${issue?.limit} ${issue?.remedy}`).toMatch(words);
});

test('accepts an existing cluster in place of a new one, and never both', () => {
  const existing = { kind: 'existing' as const, kubeconfigContext: 'shared', clusterName: 'shared', vpcId: 'vpc-0a1b2c3d', databaseSubnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'], loadBalancerSubnetIds: ['subnet-2a1b2c3d', 'subnet-3a1b2c3d'], podSecurityGroupId: 'sg-0a1b2c3d' };
  expect(issuesOf((cloud) => { cloud.cluster = existing; })).toEqual([]);
  expect(issuesOf((cloud) => { Object.assign(cloud, { cluster: { ...existing, kubernetesVersion: '1.35' } }); }).map((issue) => issue.path)).toEqual([`${path}.cluster.kubernetesVersion`]);
});

test('an environment without a cloud stays one', () => {
  expect(rechain.environments.local.cloud).toEqual({ kind: 'none' });
});
