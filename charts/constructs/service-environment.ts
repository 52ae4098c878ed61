import { createHash } from 'node:crypto';
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { InstanceRole } from '../../platform/connections';
import type { ResolvedPlatform } from '../../platform/environments';
import { METRICS_PORT, type ServiceSpec, type TierName } from '../../platform/spec';
import type { Mount } from './pod';

const DATABASE_SECRET = 'database-secret';
const REDIS_SECRET = 'redis-secret';
const CDN_SECRET = 'cdn-secret';
const CA_FOLDER = '/etc/database-ca';
const CA_KEY = 'ca.pem';

function poolVariables(service: ServiceSpec, platform: ResolvedPlatform): Record<string, string> {
  const maximum = (role: InstanceRole): string => String(platform.connectionBudgets.find((budget) => budget.role === role)?.poolMaximum ?? 1);
  const { poolMinimum } = platform.data.primary;
  if (service.database === 'none') return {};
  return {
    DATABASE_POOL_MIN: String(Math.min(poolMinimum, Number(maximum('primary')))),
    DATABASE_POOL_MAX: maximum('primary'),
    DATABASE_CA_FILE: `${CA_FOLDER}/${CA_KEY}`,
    ...(service.database === 'sharded'
      ? { DATABASE_SHARD_POOL_MAX: maximum('shards'), SHARD_MAP: JSON.stringify(platform.data.shards.map) }
      : { DATABASE_REPLICA_POOL_MAX: maximum('replicas') }),
  };
}

/** What a service is configured with and anyone may read: its ConfigMap. */
export function configurationOf(service: ServiceSpec, platform: ResolvedPlatform): Record<string, string> {
  return {
    SERVICE_NAME: service.name,
    PLATFORM_ENV: platform.environment,
    PORT: String(service.port),
    METRICS_PORT: String(METRICS_PORT),
    LOG_LEVEL: platform.logLevel,
    DRAIN_DELAY_SECONDS: String(service.shutdown.drainDelaySeconds),
    HARD_STOP_SECONDS: String(service.shutdown.hardStopSeconds),
    NODE_OPTIONS: `--max-old-space-size=${service.heap.oldSpaceMiB} --max-semi-space-size=${service.heap.semiSpaceMiB}`,
    ...poolVariables(service, platform),
    ...(platform.data.cdn.kind === 'cloudfront' && service.cdn === 'invalidates' && { CDN_KIND: platform.data.cdn.kind, CDN_URL: platform.data.cdn.url }),
    ...service.environment,
  };
}

/** A hash of the configuration for the pod template, so that a changed ConfigMap rolls pods. */
export function checksumOf(configuration: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(configuration).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

const fromSecret = (variable: string, name: string, key: string): IEnvVar => ({ name: variable, valueFrom: { secretKeyRef: { name, key } } });

/** The variables that come from Secrets. */
export function secretVariablesOf(service: ServiceSpec, platform: ResolvedPlatform): IEnvVar[] {
  return [
    ...(service.database === 'none' ? [] : [fromSecret('DATABASE_URL', DATABASE_SECRET, 'url')]),
    ...(service.database === 'primary-and-replicas' && platform.data.replicas.count > 0 ? [fromSecret('DATABASE_REPLICA_URLS', DATABASE_SECRET, 'replica-urls')] : []),
    ...(service.database === 'sharded' ? [fromSecret('DATABASE_SHARD_URLS', DATABASE_SECRET, 'shard-urls')] : []),
    ...(service.cache === 'redis' ? [fromSecret('REDIS_URL', REDIS_SECRET, 'url')] : []),
    // The distribution is made after the catalog is written: its id is known to infra alone.
    ...(service.cdn === 'invalidates' && platform.data.cdn.kind === 'cloudfront' ? [fromSecret('CDN_DISTRIBUTION_ID', CDN_SECRET, 'distribution-id')] : []),
    ...Object.entries(service.secretEnvironment).map(([variable, { secret, key }]) => fromSecret(variable, secret, key)),
  ];
}

export const tierVariable = (tier: TierName): IEnvVar => ({ name: 'TIER', value: tier });

/** The certificate authority that the database's TLS is verified against. */
export function mountsOf(service: ServiceSpec): readonly Mount[] {
  return service.database === 'none' ? [] : [{ kind: 'secret', name: 'database-ca', mountPath: CA_FOLDER, secret: DATABASE_SECRET, keys: [CA_KEY] }];
}
