/**
 * What AWS offers, as far as the catalog may choose it. Sizes as of 2026-07 to 2026-10: Karpenter's generated tables for EC2
 * (aws/karpenter-provider-aws@1d927085: limits, and what AL2023 leaves for pods), price list captures for RDS and ElastiCache,
 * endoflife.date@a70eca33 for Postgres, the EKS release calendar of 2026-07-08. A new size is a line here and a price in
 * lab/plan/prices.ts; a test holds them together.
 */

/** Zones of each region that take new resources. us-east-1e is left out: most instance types are missing there. */
export const regionZones = {
  'us-east-1': ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d', 'us-east-1f'],
  'us-east-2': ['us-east-2a', 'us-east-2b', 'us-east-2c'],
  'us-west-2': ['us-west-2a', 'us-west-2b', 'us-west-2c', 'us-west-2d'],
  'eu-west-1': ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
  'eu-central-1': ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
} as const;
export type Region = keyof typeof regionZones;

export interface InstanceType {
  readonly architecture: 'x86_64' | 'arm64';
  readonly memoryGiB: number;
  /** What the kubelet leaves for pods. */
  readonly allocatable: { readonly cpuMillis: number; readonly memoryMiB: number; readonly pods: number };
}

const sizes = { large: { cpuMillis: 1_930, pods: 29 }, xlarge: { cpuMillis: 3_920, pods: 58 }, '2xlarge': { cpuMillis: 7_910, pods: 58 } } as const;

function typesOf(family: string, architecture: InstanceType['architecture'], memory: Readonly<Record<keyof typeof sizes, readonly [memoryGiB: number, allocatableMiB: number]>>): [string, InstanceType][] {
  return (['large', 'xlarge', '2xlarge'] as const).map((size) => {
    const [memoryGiB, memoryMiB] = memory[size];
    return [`${family}.${size}`, { architecture, memoryGiB, allocatable: { ...sizes[size], memoryMiB } }];
  });
}

/** EC2 instance types for nodes. Pods: one address each, without prefix delegation. */
export const instanceTypes: Readonly<Partial<Record<string, InstanceType>>> = Object.fromEntries([
  ...['m6i', 'm7i', 'm6a'].flatMap((family) => typesOf(family, 'x86_64', { large: [8, 6_903], xlarge: [16, 14_162], '2xlarge': [32, 29_317] })),
  ...typesOf('m7g', 'arm64', { large: [8, 6_844], xlarge: [16, 14_103], '2xlarge': [32, 29_258] }),
  ...typesOf('c6i', 'x86_64', { large: [4, 3_114], xlarge: [8, 6_584], '2xlarge': [16, 14_162] }),
  ...typesOf('c7g', 'arm64', { large: [4, 3_055], xlarge: [8, 6_525], '2xlarge': [16, 14_103] }),
]);

/** Memory of RDS instance classes by family, GiB. */
export const databaseFamilies = {
  'db.t4g': { micro: 1, medium: 4, large: 8 },
  'db.m6g': { large: 8, xlarge: 16, '2xlarge': 32 },
  'db.m7g': { large: 8, xlarge: 16, '2xlarge': 32 },
  'db.r6g': { large: 16, xlarge: 32, '2xlarge': 64 },
  'db.r7g': { large: 16, xlarge: 32, '2xlarge': 64 },
} as const;
export type DatabaseFamily = keyof typeof databaseFamilies;

/** Every RDS instance class that the catalog may come to. */
export const databaseClasses: readonly string[] = Object.entries(databaseFamilies).flatMap(([family, members]) => Object.keys(members).map((size) => `${family}.${size}`));

/** The class of a family with exactly this memory, which connections are budgeted by; undefined where there is none. */
export function databaseClass(family: DatabaseFamily, memoryGiB: number): string | undefined {
  const size = Object.entries(databaseFamilies[family]).find(([, memory]) => memory === memoryGiB)?.[0];
  return size === undefined ? undefined : `${family}.${size}`;
}

/** Major versions of Postgres in RDS's standard support, the first to end on 2028-02-29; minor versions come in the maintenance window. */
export const postgresVersions = ['18', '17', '16', '15'] as const;

/** ElastiCache node types. */
export const cacheNodeTypes = ['cache.t4g.micro', 'cache.t4g.small', 'cache.t4g.medium', 'cache.m6g.large', 'cache.m7g.large', 'cache.r6g.large', 'cache.r6g.xlarge', 'cache.r7g.large', 'cache.r7g.xlarge'] as const;

/** Valkey versions of ElastiCache, which speaks the protocol of Redis 7 and costs four fifths. */
export const valkeyVersions = ['7.2', '8.0'] as const;

/** EKS versions and the last day of their standard support; a cluster costs six times as much after it. */
export const kubernetesVersions = { '1.34': '2026-12-02', '1.35': '2027-03-27', '1.36': '2027-08-02' } as const;
export type KubernetesVersion = keyof typeof kubernetesVersions;
