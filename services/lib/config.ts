import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { cacheVariables, cdnVariables } from './cache-variables';
import type { DatabaseAddress } from './database-url';
import { parseJson } from './parse-json';
import { serverLimits } from './server-limits';
import { shardMapProblems, shardMapSchema, type ShardMap } from './shards';
import { databaseUrl, databaseUrls, issueOf, NOT_SET, oneOf, seconds, shown, variable, wholeNumber, word, type Problem } from './variables';

/** What a process ends with when its environment is wrong: EX_CONFIG of sysexits.h. */
export const CONFIGURATION_EXIT_CODE = 78;

export const platformEnvironments = ['local', 'staging', 'production'] as const;
export const tiers = ['standard', 'premium'] as const;
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** One problem of one variable. */
export interface ConfigurationIssue extends Problem {
  readonly variable: string;
}

/** Everything wrong with the environment, found in one run. No issue holds a password. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly issues: readonly ConfigurationIssue[]) {
    const lines = issues.map((issue) => `  ${issue.variable}: received ${issue.received}; must be ${issue.limit}; remedy: ${issue.remedy}`);
    super(`the environment has ${issues.length} problem${issues.length === 1 ? '' : 's'}\n${lines.join('\n')}`);
  }
}

/** Sizes of one pool of connections. */
export interface PoolSize {
  /** Connections kept open while idle. */
  readonly minimum: number;
  readonly maximum: number;
}

/** TLS to Postgres: verified against a CA, or none at all. There is no unverified TLS. */
export type DatabaseTls = { readonly kind: 'verified'; readonly caPem: string } | { readonly kind: 'off' };

/** Data of a service that reads and writes the primary, and may read from replicas too; there may be none. */
export interface ReplicatedData {
  readonly kind: 'primary-and-replicas';
  readonly primary: { readonly address: DatabaseAddress; readonly pool: PoolSize };
  readonly replicas: {
    readonly addresses: readonly DatabaseAddress[];
    readonly pool: PoolSize;
    /** Above this a replica gets no reads. */
    readonly maximumLagSeconds: number;
    /** Time between probes of a replica that fails, while another one serves. */
    readonly probeSeconds: number;
    /** So often every server is asked for its position in the log; what fails without a substitute is tried again so often, too. */
    readonly sampleSeconds: number;
  };
}

/** Data of a service whose rows are spread over shards; each address is one shard, in order. */
export interface ShardedData {
  readonly kind: 'sharded';
  readonly shards: { readonly addresses: readonly DatabaseAddress[]; readonly map: ShardMap; readonly pool: PoolSize; readonly timeoutSeconds: number };
}

/** Which databases a service needs, and the variables that say where they are: {@link replicatedData} or {@link shardedData}. */
export type DataNeeds<Data> = z.ZodType<{ readonly data: Data }>;

// A check across variables runs only when each of its object is right. So an object holds just those that are compared: whatever
// else is wrong, one run tells of it too.

const poolMaximum = wholeNumber({ minimum: 1, maximum: 1_000 });

const poolMinimum = wholeNumber({ minimum: 0, maximum: 1_000, standard: 0 });

/** `<prefix>_POOL_MIN` and `<prefix>_POOL_MAX`. */
function poolSize(prefix: 'DATABASE' | 'DATABASE_REPLICA') {
  return z
    .object({ [`${prefix}_POOL_MIN`]: poolMinimum, [`${prefix}_POOL_MAX`]: poolMaximum })
    .transform((values): PoolSize => ({ minimum: values[`${prefix}_POOL_MIN`] ?? 0, maximum: values[`${prefix}_POOL_MAX`] ?? 0 }))
    .superRefine(({ minimum, maximum }, context) => {
      if (minimum <= maximum) return;
      const limit = `at most ${prefix}_POOL_MAX, ${maximum}`;
      context.addIssue(issueOf({ received: String(minimum), limit, remedy: 'lower the minimum or raise the maximum' }, [`${prefix}_POOL_MIN`]));
    });
}

const primary = z
  .intersection(z.object({ DATABASE_URL: databaseUrl }), poolSize('DATABASE'))
  .transform(({ DATABASE_URL: address, ...pool }) => ({ address, pool }));

const replicas = z
  .intersection(
    z.object({
      DATABASE_REPLICA_URLS: databaseUrls({ minimum: 0 }),
      DATABASE_MAX_LAG_SECONDS: seconds({ minimum: 0.1, maximum: 3_600, standard: 5 }),
      DATABASE_PROBE_SECONDS: seconds({ minimum: 0.1, maximum: 3_600, standard: 5 }),
      DATABASE_SAMPLE_SECONDS: seconds({ minimum: 0.05, maximum: 60, standard: 1 }),
    }),
    poolSize('DATABASE_REPLICA'),
  )
  .transform(({ minimum, maximum, ...values }) => ({
    addresses: values.DATABASE_REPLICA_URLS,
    pool: { minimum, maximum },
    maximumLagSeconds: values.DATABASE_MAX_LAG_SECONDS,
    probeSeconds: values.DATABASE_PROBE_SECONDS,
    sampleSeconds: values.DATABASE_SAMPLE_SECONDS,
  }));

/**
 * DATABASE_URL, DATABASE_POOL_MIN (default 0), DATABASE_POOL_MAX; DATABASE_REPLICA_URLS (may be empty), DATABASE_REPLICA_POOL_MIN
 * (default 0), DATABASE_REPLICA_POOL_MAX, DATABASE_MAX_LAG_SECONDS (default 5), DATABASE_PROBE_SECONDS (default 5), DATABASE_SAMPLE_SECONDS (default 1).
 */
export const replicatedData: DataNeeds<ReplicatedData> = z
  .intersection(primary.transform((value) => ({ primary: value })), replicas.transform((value) => ({ replicas: value })))
  .transform((values) => ({ data: { kind: 'primary-and-replicas' as const, ...values } }));

const shardMap = variable((text, report): ShardMap => {
  const remedy = 'give the JSON map that the catalog generates, e.g. {"version":1,"buckets":1024,"ranges":[{"from":0,"to":1023,"shard":0}]}';
  if (text === undefined) return report({ received: NOT_SET, limit: 'a shard map', remedy });
  const parsed = shardMapSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const limit = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the map'}: ${issue.message}`).join('; ');
  return report({ received: shown(text), limit: `a shard map (${limit})`, remedy });
});

/** How many URLs there are, whatever is wrong with them. */
const shardCount = variable((text) => text?.split(',').length);

const fittingShardMap = z
  .object({ SHARD_MAP: shardMap, DATABASE_SHARD_URLS: shardCount })
  .superRefine((values, context) => {
    for (const problem of values.DATABASE_SHARD_URLS === undefined ? [] : shardMapProblems(values.SHARD_MAP, values.DATABASE_SHARD_URLS)) {
      context.addIssue(issueOf({ received: problem, limit: 'every bucket exactly once, on a shard of DATABASE_SHARD_URLS', remedy: 'correct the ranges of the map, or the list of URLs' }, ['SHARD_MAP']));
    }
  })
  .transform(({ SHARD_MAP }) => ({ SHARD_MAP }));

/** DATABASE_SHARD_URLS, SHARD_MAP that fits them, DATABASE_SHARD_POOL_MAX, SHARD_TIMEOUT_SECONDS (default 0.8: a client has its 503 within 1 s). */
export const shardedData: DataNeeds<ShardedData> = z
  .intersection(
    z
      .object({ DATABASE_SHARD_URLS: databaseUrls({ minimum: 1 }), DATABASE_SHARD_POOL_MAX: poolMaximum, SHARD_TIMEOUT_SECONDS: seconds({ minimum: 0.01, maximum: 600, standard: 0.8 }) })
      .transform(({ DATABASE_SHARD_URLS: addresses, ...values }) => ({ addresses, ...values })),
    fittingShardMap,
  )
  .transform((values) => ({
    data: {
      kind: 'sharded' as const,
      shards: { addresses: values.addresses, map: values.SHARD_MAP, pool: { minimum: 0, maximum: values.DATABASE_SHARD_POOL_MAX }, timeoutSeconds: values.SHARD_TIMEOUT_SECONDS },
    },
  }));

const identity = z
  .object({ SERVICE_NAME: word('a DNS label', /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/), TIER: oneOf(tiers), LOG_LEVEL: oneOf(logLevels, 'info') })
  .transform((values) => ({ service: values.SERVICE_NAME, tier: values.TIER, logLevel: values.LOG_LEVEL }));

const ports = z
  .object({ PORT: wholeNumber({ minimum: 1, maximum: 65_535, standard: 8080 }), METRICS_PORT: wholeNumber({ minimum: 1, maximum: 65_535, standard: 9090 }) })
  .superRefine((values, context) => {
    if (values.PORT !== values.METRICS_PORT) return;
    context.addIssue(issueOf({ received: String(values.METRICS_PORT), limit: 'another port than PORT: metrics stay outside the mesh', remedy: 'give one of the two another number' }, ['METRICS_PORT']));
  });

const listeners = z
  .intersection(z.object({ HOST: word('an address to listen on', /^[0-9A-Za-z.:-]{1,253}$/, '0.0.0.0') }), ports)
  .transform((values) => ({ listen: { host: values.HOST, port: values.PORT, metricsPort: values.METRICS_PORT } }));

const shutdown = z
  .object({ DRAIN_DELAY_SECONDS: seconds({ minimum: 0, maximum: 600, standard: 5 }), HARD_STOP_SECONDS: seconds({ minimum: 0.1, maximum: 3_600, standard: 25 }) })
  .superRefine((values, context) => {
    if (values.HARD_STOP_SECONDS > values.DRAIN_DELAY_SECONDS) return;
    const limit = `above DRAIN_DELAY_SECONDS, ${values.DRAIN_DELAY_SECONDS}: requests in flight need time after it`;
    context.addIssue(issueOf({ received: String(values.HARD_STOP_SECONDS), limit, remedy: 'raise it, or lower the delay' }, ['HARD_STOP_SECONDS']));
  })
  .transform((values) => ({ shutdown: { drainDelaySeconds: values.DRAIN_DELAY_SECONDS, hardStopSeconds: values.HARD_STOP_SECONDS } }));

const edges = cacheVariables.and(cdnVariables);

/** Reads a file as text, or throws. */
export type ReadFile = (file: string) => string;

function caFile(readFile: ReadFile) {
  return variable((file, report): DatabaseTls => {
    if (file === undefined) return { kind: 'off' };
    try {
      const caPem = readFile(file);
      new X509Certificate(caPem);
      return { kind: 'verified', caPem };
    } catch {
      return report({ received: shown(file), limit: 'a readable file with PEM certificates', remedy: 'mount the CA bundle of the database at that path' });
    }
  });
}

function environment(readFile: ReadFile) {
  return z
    .object({ PLATFORM_ENV: oneOf(platformEnvironments, 'production'), DATABASE_CA_FILE: caFile(readFile) })
    .superRefine((values, context) => {
      if (values.PLATFORM_ENV !== 'production' || values.DATABASE_CA_FILE.kind === 'verified') return;
      context.addIssue(issueOf({ received: NOT_SET, limit: 'set in production: TLS is verified there', remedy: 'mount the CA bundle of the database and name its path' }, ['DATABASE_CA_FILE']));
    })
    .transform((values) => ({ environment: values.PLATFORM_ENV, databaseTls: values.DATABASE_CA_FILE }));
}

function schemaOf<Data>(data: DataNeeds<Data>, readFile: ReadFile) {
  return identity.and(listeners).and(serverLimits).and(shutdown).and(edges).and(environment(readFile)).and(data);
}

/** A service's environment, checked, with every default resolved. */
export type Configuration<Data> = z.output<ReturnType<typeof schemaOf<Data>>>;

const problemSchema = z.object({ received: z.string(), limit: z.string(), remedy: z.string() });

/**
 * Reads a service's environment; variables it does not know are ignored.
 *
 * @param variables usually `process.env`
 * @param data which databases the service needs
 * @param readFile reads the CA file. @default node:fs
 * @throws ConfigurationError with every problem
 */
export function parseConfiguration<Data>(variables: Readonly<Record<string, string | undefined>>, data: DataNeeds<Data>, readFile: ReadFile = (file) => readFileSync(file, 'utf8')): Configuration<Data> {
  const result = schemaOf(data, readFile).safeParse(variables);
  if (result.success) return result.data;
  throw new ConfigurationError(
    result.error.issues.map((issue) => ({ variable: issue.path.join('.'), ...problemSchema.parse('params' in issue ? issue.params : undefined) })),
  );
}
