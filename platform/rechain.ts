import { definePlatform } from './define-platform';
import { cautiousScaleDown, confirmedScaleUp } from './scaling';
import { evenShardMap } from './shard-map';
import type { EnvironmentInput, Platform, ScalingInput, ServiceInput } from './spec';

/** REChain VC Lab's platform: the one file to edit. Units are in the names; every field is explained in spec.ts. */

const scaling = (maxReplicas: number): ScalingInput => ({
  minReplicas: 3,
  maxReplicas,
  cpuUtilizationPercent: 70,
  memory: { kind: 'target', utilizationPercent: 80 },
  requestsPerSecondPerPod: 100,
  scaleUp: confirmedScaleUp,
  scaleDown: cautiousScaleDown,
});

/** What the three services share. */
const common = {
  port: 8080,
  resources: { requests: { cpuMillis: 250, memoryMiB: 256 }, limits: { cpuMillis: 500, memoryMiB: 512, ephemeralStorageMiB: 256 } },
  heap: { oldSpaceMiB: 96, overheadMiB: 100 },
  cache: 'redis',
} satisfies Partial<ServiceInput>;

/** Production's cloud; staging is a smaller one. */
const cloud = {
  kind: 'aws',
  region: 'us-east-1',
  zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  natGateways: 'per-zone',
  logRetentionDays: 90,
  cluster: {
    kind: 'new',
    kubernetesVersion: '1.35',
    // A block of documentation: put your office's or VPN's here, or nothing and deploy from within the VPC.
    publicAccess: ['203.0.113.0/24'],
    administrators: [],
    onDemand: { instanceTypes: ['m6i.xlarge'], diskGiB: 50 },
    spot: { instanceTypes: ['m6i.xlarge', 'm7i.xlarge', 'm6a.xlarge'], diskGiB: 50 },
  },
  databases: { postgresVersion: '17', primaryFamily: 'db.r7g', replicaFamily: 'db.r7g', shardFamily: 'db.r7g', multiAz: true, storageGiB: 200, backupRetentionDays: 14, replicaLagAlarmSeconds: 30 },
  cache: { nodeType: 'cache.r7g.large', valkeyVersion: '8.0', nodes: 3 },
  domain: { kind: 'route53', hostedZoneId: 'Z0123456789RECHAIN' },
  firewall: { kind: 'managed-rules', requestsPerFiveMinutes: 10_000 },
  apiClients: [{ name: 'partner-premium', tier: 'premium' }, { name: 'partner-standard', tier: 'standard' }],
  credentialsVersion: 1,
  protection: 'protected',
  budget: { monthlyUsd: 25_000, alarmPercents: [50, 80, 100] },
} satisfies EnvironmentInput['cloud'];

export const rechain: Platform = definePlatform({
  name: 'rechain',
  namespace: 'rechain-vc-lab',
  network: {
    vpc: '10.0.0.0/16',
    loadBalancers: ['10.0.0.0/22', '10.0.4.0/22', '10.0.8.0/22'],
    databases: ['10.0.192.0/22', '10.0.196.0/22', '10.0.200.0/22'],
  },
  services: [
    {
      ...common,
      name: 'blockchain-service',
      image: 'rechain/blockchain-service:1.0.0',
      criticality: 'critical',
      tiers: { kind: 'tiered', tiers: [{ tier: 'standard', scaling: scaling(100) }, { tier: 'premium', scaling: scaling(50) }] },
      database: 'sharded',
      cdn: 'none',
      routes: ['/api/blockchain/'],
      load: { averagePerSecond: 1_200, peakPerSecond: 9_000 },
    },
    {
      ...common,
      name: 'web4-service',
      image: 'rechain/web4-service:1.0.0',
      criticality: 'flexible',
      tiers: { kind: 'untiered', scaling: scaling(100) },
      database: 'primary-and-replicas',
      cdn: 'invalidates',
      routes: ['/api/web4/'],
      load: { averagePerSecond: 2_000, peakPerSecond: 8_000 },
    },
    {
      ...common,
      name: 'web5-service',
      image: 'rechain/web5-service:1.0.0',
      criticality: 'critical',
      tiers: { kind: 'untiered', scaling: scaling(100) },
      database: 'primary-and-replicas',
      cdn: 'none',
      routes: ['/api/web5/'],
      load: { averagePerSecond: 400, peakPerSecond: 3_000 },
    },
  ],
  data: {
    primary: { memoryGiB: 32, maxConnections: 3_400, poolMinimum: 5, poolMaximum: 20 },
    replicas: { memoryGiB: 16, maxConnections: 1_700, count: 2, poolMaximum: 50 },
    shards: { memoryGiB: 16, maxConnections: 1_700, count: 4, poolMaximum: 20, map: evenShardMap(4) },
    reservedConnections: 20,
    pooler: 'none',
    cdn: { kind: 'cloudfront', url: 'https://api.rechain.network', originFacingPrefixListId: 'pl-3b927c52' },
  },
  gateway: {
    image: 'nginxinc/nginx-unprivileged:1.27.3-alpine',
    host: 'api.rechain.network',
    port: 8080,
    resources: { requests: { cpuMillis: 250, memoryMiB: 64 }, limits: { cpuMillis: 1_000, memoryMiB: 256, ephemeralStorageMiB: 512 } },
    scaling: { minReplicas: 3, maxReplicas: 20, cpuUtilizationPercent: 70, scaleUp: confirmedScaleUp, scaleDown: cautiousScaleDown },
    rateLimit: { requestsPerSecond: 10, burst: 20 },
    timeouts: { connectSeconds: 5, sendSeconds: 60, readSeconds: 60 },
  },
  secrets: [
    { name: 'database-secret', keys: ['url', 'replica-urls', 'shard-urls', 'ca.pem'] },
    { name: 'redis-secret', keys: ['url'] },
    { name: 'cdn-secret', keys: ['distribution-id'] },
    { name: 'gateway-api-keys', keys: ['api-keys.map'] },
  ],
  environments: {
    local: {
      clientAddress: 'loopback',
      logLevel: 'debug',
      replicaCaps: { minReplicas: 1, maxReplicas: 3 },
    },
    staging: {
      clientAddress: 'load-balancers',
      logLevel: 'info',
      replicaCaps: { minReplicas: 2, maxReplicas: 10 },
      data: {
        primary: { memoryGiB: 4, maxConnections: 400, poolMinimum: 2, poolMaximum: 20 },
        replicas: { memoryGiB: 4, maxConnections: 400, count: 1, poolMaximum: 50 },
        shards: { memoryGiB: 4, maxConnections: 400, count: 4, poolMaximum: 20, map: evenShardMap(4) },
      },
      cloud: {
        ...cloud,
        natGateways: 'one',
        logRetentionDays: 7,
        databases: { ...cloud.databases, primaryFamily: 'db.t4g', replicaFamily: 'db.t4g', shardFamily: 'db.t4g', multiAz: false, storageGiB: 20, backupRetentionDays: 7 },
        cache: { ...cloud.cache, nodeType: 'cache.t4g.small', nodes: 1 },
        domain: { kind: 'none' },
        firewall: { kind: 'none' },
        protection: 'disposable',
        budget: { monthlyUsd: 1_500, alarmPercents: [80, 100] },
      },
    },
    production: { clientAddress: 'load-balancers', logLevel: 'info', cloud },
  },
});
