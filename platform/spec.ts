import { z } from 'zod';
import { cloudSchema } from './cloud-spec';
import { addressBlock, dnsLabel, hostName, percent, pinnedImage, port, route, variableName, whole, withDefault } from './fields';
import type { ScalingBehavior } from './scaling';

/** Environments a platform is built for. */
export const environmentNames = ['local', 'staging', 'production'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

/** The port on which every workload serves its metrics: outside the mesh, open to the monitoring namespace only. */
export const METRICS_PORT = 9090;

/** Tiers of service a client can be given by its API key. A service without tiers runs as `standard`. */
export const tierNames = ['standard', 'premium'] as const;
export type TierName = (typeof tierNames)[number];

const amounts = z.strictObject({
  cpuMillis: whole(1, 64_000, 'Give thousandths of a core.'),
  memoryMiB: whole(16, 524_288, 'Give mebibytes.'),
  ephemeralStorageMiB: withDefault(whole(1, 1_048_576, 'Give mebibytes.'), 64),
});

const resources = z.strictObject({ requests: amounts, limits: amounts });

const heap = z.strictObject({
  /** V8's old generation, `--max-old-space-size`, MiB. */
  oldSpaceMiB: whole(16, 65_536, 'Give mebibytes.'),
  /** V8's young generation, `--max-semi-space-size`, MiB. */
  semiSpaceMiB: withDefault(whole(1, 256, 'Give mebibytes.'), 4),
  /** Resident memory beyond the old generation under full load, MiB: measured, not guessed (DECISIONS.md, 16 and 37). */
  overheadMiB: whole(1, 65_536, 'Measure it under load.'),
});

const scalingPolicy = z.strictObject({
  type: z.enum(['Percent', 'Pods']),
  value: whole(1, 10_000, 'A policy must allow some change.'),
  periodSeconds: whole(1, 1_800, 'The API allows 1 to 1800.'),
});

const scalingBehavior: z.ZodType<ScalingBehavior> = z.strictObject({
  name: z.string().min(1, 'Name the choice.'),
  stabilizationWindowSeconds: whole(0, 3_600, 'The API allows 0 to 3600.'),
  select: z.enum(['Max', 'Min']),
  policies: z.array(scalingPolicy).min(1, 'State at least one policy: without any, direction and speed are the controller’s.'),
});

const memoryScaling = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('target'), utilizationPercent: percent }),
  z.strictObject({ kind: z.literal('none'), reason: z.string().min(1, 'Say why memory does not count.') }),
]);

const scaling = z.strictObject({
  minReplicas: whole(1, 10_000, 'An HPA needs a floor of 1 or more.'),
  maxReplicas: whole(1, 10_000, 'An HPA needs a ceiling.'),
  cpuUtilizationPercent: percent,
  memory: memoryScaling,
  requestsPerSecondPerPod: whole(1, 1_000_000, 'Give the average that one pod serves.'),
  scaleUp: scalingBehavior,
  scaleDown: scalingBehavior,
});

const tiers = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('untiered'), scaling }),
  z.strictObject({
    kind: z.literal('tiered'),
    tiers: z.array(z.strictObject({ tier: z.enum(tierNames, `Tiers are ${tierNames.join(' and ')}; the gateway gives a client no other.`), scaling })).min(1, 'Name at least one tier.'),
  }),
]);

const probe = z.strictObject({
  path: z.string().startsWith('/', 'Give an absolute path.'),
  initialDelaySeconds: whole(0, 600, 'Give seconds.'),
  periodSeconds: whole(1, 300, 'Give seconds.'),
  timeoutSeconds: whole(1, 60, 'Give seconds.'),
  failureThreshold: whole(1, 100, 'Give a count.'),
});

const probes = z.strictObject({ startup: probe, liveness: probe, readiness: probe });

/** S1's probes, and a startup probe that gives a cold pod 60 s. */
export const standardProbes: z.output<typeof probes> = {
  startup: { path: '/health', initialDelaySeconds: 0, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 30 },
  liveness: { path: '/health', initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3 },
  readiness: { path: '/ready', initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
};

const shutdown = z.strictObject({
  /** The pod sleeps this long before SIGTERM, while endpoints forget it. */
  preStopSeconds: whole(0, 120, 'Give seconds.'),
  /** After SIGTERM the process still accepts connections this long, unready. */
  drainDelaySeconds: whole(0, 120, 'Give seconds.'),
  /** After SIGTERM the process ends at the latest after this long. */
  hardStopSeconds: whole(1, 600, 'Give seconds.'),
});

export const standardShutdown: z.output<typeof shutdown> = { preStopSeconds: 5, drainDelaySeconds: 5, hardStopSeconds: 25 };

const spread = z.strictObject({
  /** `required` leaves a pod pending rather than unbalance the zones. */
  zone: z.enum(['required', 'preferred']),
  host: z.enum(['required', 'preferred']),
});

const serviceObjective = z.strictObject({
  availabilityPercent: z.number().min(90, 'Give percent.').max(99.999, 'No service is always there.'),
  /** Share of requests that must be faster than the threshold. */
  latencyPercent: z.number().min(50, 'Give percent.').max(99.999, 'Some request is always slower.'),
  /** Must be a bucket of `http_request_duration_seconds`. */
  latencySeconds: z.number().positive('Give seconds.'),
});

/** 99.9 % of requests without a server error, 99 % of them within 250 ms. */
export const standardObjective: z.output<typeof serviceObjective> = { availabilityPercent: 99.9, latencyPercent: 99, latencySeconds: 0.25 };

const service = z.strictObject({
  name: dnsLabel,
  image: pinnedImage,
  port,
  /** Critical services stay on on-demand nodes; flexible ones may run on spot capacity. */
  criticality: z.enum(['critical', 'flexible']),
  resources,
  heap,
  tiers,
  /** `sharded` adds the shards to the primary. */
  database: z.enum(['none', 'primary-and-replicas', 'sharded']),
  cache: z.enum(['none', 'redis']),
  /** Whether the service calls the CDN's API to invalidate what it has cached. */
  cdn: z.enum(['none', 'invalidates']),
  routes: z.array(route).min(1, 'A service without a route gets no request.'),
  /** The traffic that the service is sized for, requests per second. */
  load: z.strictObject({ averagePerSecond: z.number().nonnegative('Give a rate.'), peakPerSecond: z.number().positive('Give a rate.') }),
  /** Most pods that an eviction may take at once. */
  maxUnavailablePercent: withDefault(percent, 10),
  probes: withDefault(probes, standardProbes),
  shutdown: withDefault(shutdown, standardShutdown),
  objective: withDefault(serviceObjective, standardObjective),
  /** @default required zones for critical services, preferred for flexible ones; hosts preferred */
  spread: spread.optional(),
  /** More variables of the container, beside those of the contract. */
  environment: withDefault(z.record(variableName, z.string()), {}),
  /** More variables from Secrets of the catalog. */
  secretEnvironment: withDefault(z.record(variableName, z.strictObject({ secret: dnsLabel, key: z.string().min(1, 'Name the key.') })), {}),
});

const instance = z.strictObject({
  memoryGiB: z.number().positive('Give the instance class’s memory.'),
  /** Set in the parameter group; at most what RDS gives by default, LEAST(memory / 9531392, 5000). */
  maxConnections: whole(10, 5_000, 'RDS allows no more by default.'),
  /** Upper bound of one pod's pool; the pod gets its share of maxConnections if that is smaller. */
  poolMaximum: whole(1, 1_000, 'Give connections a pod.'),
});

const shardRange = z.strictObject({ from: whole(0, 65_535, 'Buckets count from 0.'), to: whole(0, 65_535, 'Buckets count from 0.'), shard: whole(0, 1_023, 'Shards count from 0.') });

const data = z.strictObject({
  primary: instance.extend({ poolMinimum: whole(0, 1_000, 'Give connections a pod.') }),
  replicas: instance.extend({ count: whole(0, 15, 'RDS allows 15 replicas.') }),
  shards: instance.extend({
    count: whole(1, 256, 'Give a whole number of shards.'),
    /** Which buckets live where: a new version for each change, never an edit in place. */
    map: z.strictObject({ version: whole(1, 1_000_000, 'Count up from 1.'), buckets: whole(1_024, 65_536, 'Fewer buckets cannot spread evenly over shards.'), ranges: z.array(shardRange).min(1, 'Every bucket needs a shard.') }),
  }),
  /** Connections that monitoring, migrations and people keep on each instance. */
  reservedConnections: whole(3, 500, 'RDS itself keeps 3.'),
  pooler: z.enum(['none', 'rds-proxy']),
  cdn: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({
      kind: z.literal('cloudfront'),
      url: z.url('Give the public URL of the distribution.'),
      /** The managed prefix list `com.amazonaws.global.cloudfront.origin-facing` of the region. */
      originFacingPrefixListId: z.string().regex(/^pl-[0-9a-f]+$/, 'Look it up with aws ec2 describe-managed-prefix-lists.'),
    }),
  ]),
});

/**
 * 120 s before SIGQUIT: a network load balancer goes on sending new connections to a pod for about two minutes after it is
 * deregistered, whatever its deregistration delay (aws-load-balancer-controller issues 2366 and 3270). Then nginx ends what it has.
 */
export const standardGatewayShutdown = { preStopSeconds: 120, hardStopSeconds: 25 };

const gateway = z.strictObject({
  image: pinnedImage,
  host: hostName,
  port,
  resources,
  scaling: z.strictObject({ minReplicas: whole(1, 1_000, 'An HPA needs a floor.'), maxReplicas: whole(1, 1_000, 'An HPA needs a ceiling.'), cpuUtilizationPercent: percent, scaleUp: scalingBehavior, scaleDown: scalingBehavior }),
  /** Per client address and gateway replica. */
  rateLimit: z.strictObject({ requestsPerSecond: whole(1, 100_000, 'Give a rate.'), burst: whole(0, 100_000, 'Give a count.') }),
  timeouts: z.strictObject({ connectSeconds: whole(1, 75, 'nginx cannot wait longer than 75 s for a connection.'), sendSeconds: whole(1, 3_600, 'Give seconds.'), readSeconds: whole(1, 3_600, 'Give seconds.') }),
  maxUnavailablePercent: withDefault(percent, 10),
  shutdown: withDefault(shutdown.omit({ drainDelaySeconds: true }), standardGatewayShutdown),
});

const network = z.strictObject({
  /** The whole VPC. */
  vpc: addressBlock,
  /** Where the gateway's load balancer stands: the only addresses that may reach the gateway, and whose X-Forwarded-For it believes. */
  loadBalancers: z.array(addressBlock).min(1, 'Name the public subnets.'),
  /** Where Postgres and Redis stand. */
  databases: z.array(addressBlock).min(1, 'Name the database subnets.'),
});

/** Whose X-Forwarded-For the gateway believes. */
const clientAddress = z.enum(['load-balancers', 'loopback']);

const environment = z.strictObject({
  clientAddress,
  logLevel: z.enum(['debug', 'info', 'warn', 'error']),
  /** Caps on every HPA of the environment, for fleets smaller than production's: a higher value of the catalog is lowered to it. */
  replicaCaps: withDefault(z.strictObject({ minReplicas: whole(1, 10_000, 'Give a count.').optional(), maxReplicas: whole(1, 10_000, 'Give a count.').optional() }), {}),
  /** Parts of the data topology that differ here, each replaced whole. */
  data: withDefault(data.partial(), {}),
  /** @default none: runs on what is there */
  cloud: withDefault(cloudSchema, { kind: 'none' }),
});

const secret = z.strictObject({ name: dnsLabel, keys: z.array(z.string().min(1, 'Name the key.')).min(1, 'A Secret without keys provides nothing.') });

export const platformSchema = z.strictObject({
  name: dnsLabel,
  namespace: dnsLabel,
  /** Where Prometheus runs: the only namespace that reaches metrics. */
  monitoringNamespace: withDefault(dnsLabel, 'monitoring'),
  network,
  services: z.array(service).min(1, 'A platform without a service runs nothing.'),
  data,
  gateway,
  /** The Secrets that exist beside the manifests, and their keys: infra writes them, charts may only name these. */
  secrets: z.array(secret),
  environments: z.strictObject({ local: environment, staging: environment, production: environment }),
});

/** What a user writes: defaults may be left out. */
export type PlatformInput = z.input<typeof platformSchema>;
export type ServiceInput = z.input<typeof service>;
export type ScalingInput = z.input<typeof scaling>;
export type EnvironmentInput = z.input<typeof environment>;

/** A checked catalog with every default resolved. */
export type Platform = z.output<typeof platformSchema>;
export type ServiceSpec = z.output<typeof service>;
export type ScalingSpec = z.output<typeof scaling>;
export type DataSpec = z.output<typeof data>;
export type GatewaySpec = z.output<typeof gateway>;
export type EnvironmentSpec = z.output<typeof environment>;
export type ProbeSpec = z.output<typeof probe>;
export type ResourcesSpec = z.output<typeof resources>;
export type SecretSpec = z.output<typeof secret>;
export type ShardMap = DataSpec['shards']['map'];

/** One tier of a service: its own Deployment and HPA. */
export interface TierSpec {
  readonly tier: TierName;
  readonly scaling: ScalingSpec;
}

/** A service's tiers; a service without tiers is one `standard` tier. */
export function tiersOf(service: Pick<ServiceSpec, 'tiers'>): readonly TierSpec[] {
  return service.tiers.kind === 'tiered' ? service.tiers.tiers : [{ tier: 'standard', scaling: service.tiers.scaling }];
}

/** `<service>-<tier>` for tiered services, else `<service>`. */
export function workloadName(service: Pick<ServiceSpec, 'name' | 'tiers'>, tier: TierName): string {
  return service.tiers.kind === 'tiered' ? `${service.name}-${tier}` : service.name;
}
