import { ConfigurationError, parseConfiguration, replicatedData, shardedData, type ConfigurationIssue, type DataNeeds } from './config';
import { standardCacheTimes } from './layered-cache/settings';
import { certificateFor } from './testing/certificate';

const { ca } = certificateFor('localhost');
const readFile = (file: string): string => {
  if (file === '/ca.pem') return ca;
  if (file === '/text.pem') return 'not a certificate';
  throw new Error('ENOENT');
};

const identity = { SERVICE_NAME: 'web4-service', TIER: 'standard', PLATFORM_ENV: 'local' };
const replicated = { ...identity, DATABASE_URL: 'postgres://app:secret@db:5433/rechain', DATABASE_POOL_MAX: '7', DATABASE_REPLICA_POOL_MAX: '3' };
const map = { version: 1, buckets: 1024, ranges: [{ from: 0, to: 511, shard: 0 }, { from: 512, to: 1023, shard: 1 }] };
const sharded = { ...identity, DATABASE_SHARD_URLS: 'postgres://a:b@s0/t,postgres://a:b@s1/t', SHARD_MAP: JSON.stringify(map), DATABASE_SHARD_POOL_MAX: '2' };

function issuesOf<Data>(variables: Record<string, string>, data: DataNeeds<Data>): readonly ConfigurationIssue[] {
  try {
    parseConfiguration(variables, data, readFile);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.issues;
    throw error;
  }
}

describe('defaults', () => {
  it('resolves every default', () => {
    const { data, ...rest } = parseConfiguration(replicated, replicatedData, readFile);
    expect(rest).toEqual({
      service: 'web4-service',
      tier: 'standard',
      environment: 'local',
      logLevel: 'info',
      listen: { host: '0.0.0.0', port: 8080, metricsPort: 9090 },
      server: {
        deadlineMillis: 1_000,
        keepAliveMillis: 75_000,
        headersMillis: 10_000,
        requestMillis: 20_000,
        connections: 1_000,
        overload: { requestsInFlight: 200, turnMillis: 2, toleratedMillis: 250 },
      },
      shutdown: { drainDelaySeconds: 5, hardStopSeconds: 25 },
      databaseTls: { kind: 'off' },
      redisUrl: undefined,
      cache: standardCacheTimes,
      cdn: { kind: 'none' },
    });
    expect(data).toEqual({
      kind: 'primary-and-replicas',
      primary: { address: { host: 'db', port: 5433, database: 'rechain', user: 'app', password: 'secret' }, pool: { minimum: 0, maximum: 7 } },
      replicas: { addresses: [], pool: { minimum: 0, maximum: 3 }, maximumLagSeconds: 5, probeSeconds: 5, sampleSeconds: 1 },
    });
  });

  it('is production unless told otherwise, and production verifies TLS', () => {
    const unsaid = { ...replicated, PLATFORM_ENV: '' };
    expect(issuesOf(unsaid, replicatedData).map(({ variable }) => variable)).toEqual(['DATABASE_CA_FILE']);
    expect(parseConfiguration({ ...unsaid, DATABASE_CA_FILE: '/ca.pem' }, replicatedData, readFile)).toMatchObject({ environment: 'production', databaseTls: { kind: 'verified', caPem: ca } });
  });

  it('ignores variables it does not know, and takes an empty one for unset', () => {
    expect(parseConfiguration({ ...replicated, HOME: '/', PORT: '' }, replicatedData, readFile).listen.port).toBe(8080);
  });
});

describe('data needs', () => {
  it('gives each service what it needs and asks for no more', () => {
    expect(parseConfiguration(replicated, replicatedData, readFile).data.replicas).toMatchObject({ addresses: [], pool: { minimum: 0, maximum: 3 } });
    const all = { DATABASE_REPLICA_URLS: 'postgres://a:b@r0/x,postgres://a:b@r1/x', DATABASE_REPLICA_POOL_MIN: '2', DATABASE_MAX_LAG_SECONDS: '0.5', DATABASE_PROBE_SECONDS: '2', DATABASE_SAMPLE_SECONDS: '0.1' };
    const addresses = [expect.objectContaining({ host: 'r0' }), expect.objectContaining({ host: 'r1' })];
    expect(parseConfiguration({ ...replicated, ...all }, replicatedData, readFile).data.replicas).toEqual({ addresses, pool: { minimum: 2, maximum: 3 }, maximumLagSeconds: 0.5, probeSeconds: 2, sampleSeconds: 0.1 });
    expect(parseConfiguration(sharded, shardedData, readFile).data.shards).toMatchObject({ map, pool: { minimum: 0, maximum: 2 }, timeoutSeconds: 0.8, addresses: [{ host: 's0', port: 5432 }, { host: 's1' }] });
  });

  it.each([
    ['replicated', replicatedData, ['DATABASE_URL', 'DATABASE_POOL_MAX', 'DATABASE_REPLICA_POOL_MAX']],
    ['sharded', shardedData, ['DATABASE_SHARD_URLS', 'SHARD_MAP', 'DATABASE_SHARD_POOL_MAX']],
  ] as const)('names every variable that %s data lacks', (_name, needs, expected) => {
    const issues = issuesOf(identity, needs as DataNeeds<unknown>);
    expect(issues.map(({ variable }) => variable).sort()).toEqual([...expected].sort());
    expect(issues.every(({ received }) => received === '(not set)')).toBe(true);
  });
});

describe('the CDN', () => {
  const url = 'https://cdn.example/base';
  it('is CloudFront, an edge, or none', () => {
    const cdnOf = (variables: Record<string, string>) => parseConfiguration({ ...replicated, ...variables }, replicatedData, readFile).cdn;
    expect(cdnOf({ CDN_KIND: 'cloudfront', CDN_URL: url, CDN_DISTRIBUTION_ID: 'E2QWRUHAPOMQZL' })).toEqual({ kind: 'cloudfront', url: new URL(url), distributionId: 'E2QWRUHAPOMQZL' });
    expect(cdnOf({ CDN_KIND: 'edge', CDN_URL: url, CDN_PURGE_TOKEN: 'x'.repeat(16) })).toEqual({ kind: 'edge', url: new URL(url), purgeToken: 'x'.repeat(16) });
  });

  it.each([
    ['CDN_KIND', { CDN_URL: url }],
    ['CDN_URL', { CDN_KIND: 'edge', CDN_PURGE_TOKEN: 'x'.repeat(16) }],
    ['CDN_DISTRIBUTION_ID', { CDN_KIND: 'cloudfront', CDN_URL: url }],
    ['CDN_DISTRIBUTION_ID', { CDN_KIND: 'cloudfront', CDN_URL: url, CDN_DISTRIBUTION_ID: 'a b' }],
    ['CDN_PURGE_TOKEN', { CDN_KIND: 'edge', CDN_URL: url, CDN_PURGE_TOKEN: 'secret' }],
  ])('lacks %s', (variable, variables) => {
    const issues = issuesOf({ ...replicated, ...variables }, replicatedData);
    expect(issues).toEqual([expect.objectContaining({ variable })]);
    expect(JSON.stringify(issues)).not.toContain('secret');
  });
});

describe('what is refused', () => {
  // [variable, value, what the issue says]
  it.each([
    ['PORT', 'eighty', '1 to 65535'],
    ['PORT', '0', '1 to 65535'],
    ['PORT', '65536', '1 to 65535'],
    ['PORT', '-1', '1 to 65535'],
    ['PORT', '80.5', '1 to 65535'],
    ['METRICS_PORT', '8080', 'another port than PORT'],
    ['SERVICE_NAME', 'Web 4', 'DNS label'],
    ['TIER', 'gold', 'standard, premium'],
    ['PLATFORM_ENV', 'prod', 'local, staging, production'],
    ['LOG_LEVEL', 'loud', 'fatal, error, warn'],
    ['HOST', 'a b', 'address'],
    ['DATABASE_URL', 'mysql://app:secret@db/x', 'Postgres URL'],
    ['DATABASE_URL', 'secret', 'Postgres URL'],
    ['DATABASE_URL', 'postgres://app@db/x', 'user, password, host'],
    ['DATABASE_URL', 'postgres://app:secret@db', 'database name'],
    ['DATABASE_URL', 'postgres://app:secret@db/x?sslmode=require', 'sslmode: it overrides the CA'],
    ['DATABASE_URL', 'postgres://app:secret@db/x?host=other', 'no parameters'],
    ['DATABASE_POOL_MAX', '0', '1 to 1000'],
    ['DATABASE_POOL_MIN', '8', 'at most DATABASE_POOL_MAX, 7'],
    ['DATABASE_REPLICA_POOL_MIN', '4', 'at most DATABASE_REPLICA_POOL_MAX, 3'],
    ['DATABASE_MAX_LAG_SECONDS', '0', 'seconds, 0.1 to 3600'],
    ['DATABASE_PROBE_SECONDS', 'often', 'seconds, 0.1 to 3600'],
    ['DATABASE_SAMPLE_SECONDS', '61', 'seconds, 0.05 to 60'],
    ['DATABASE_REPLICA_URLS', 'postgres://a:secret@r0/x,,postgres://a:secret@r1/x', 'no empty entries'],
    ['DATABASE_REPLICA_URLS', 'postgres://a:secret@r0/x,postgres://b:secret@r0:5432/x', 'entry 1 is the same one'],
    ['DATABASE_CA_FILE', '/nowhere.pem', 'readable file with PEM'],
    ['DATABASE_CA_FILE', '/text.pem', 'readable file with PEM'],
    ['REDIS_URL', 'http://:secret@cache', 'redis:// or rediss://'],
    ['CDN_URL', 'cdn.example', 'https:// or http://'],
    ['CDN_KIND', 'akamai', 'none, cloudfront, edge'],
    ['CACHE_MEMORY_SECONDS', '301', '0.1 to 300'],
    ['REDIS_TIMEOUT_SECONDS', '0', '0.01 to 5'],
    ['REDIS_UNHEARD_SECONDS', '1', 'above REDIS_HEARTBEAT_SECONDS, 1'],
    ['DRAIN_DELAY_SECONDS', 'soon', '0 to 600'],
    ['HARD_STOP_SECONDS', '5', 'above DRAIN_DELAY_SECONDS'],
  ])('%s=%s', (variable, value, limit) => {
    const issues = issuesOf({ ...replicated, [variable]: value }, replicatedData);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ variable, limit: expect.stringContaining(limit), remedy: expect.stringMatching(/./) });
    expect(JSON.stringify(issues)).not.toContain('secret');
  });

  it.each([
    ['no JSON', '{', 'a shard map'],
    ['an unknown member', JSON.stringify({ ...map, owner: 'x' }), 'owner'],
    ['too few buckets', JSON.stringify({ ...map, buckets: 1000 }), 'buckets'],
    ['a bucket without a shard', JSON.stringify({ ...map, ranges: [map.ranges[0]] }), 'every bucket exactly once'],
    ['a shard that is not there', JSON.stringify({ ...map, ranges: [{ from: 0, to: 1023, shard: 2 }] }), 'every bucket exactly once'],
  ])('a shard map with %s', (_name, value, limit) => {
    const issues = issuesOf({ ...sharded, SHARD_MAP: value }, shardedData);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ variable: 'SHARD_MAP', limit: expect.stringContaining(limit) });
  });

  it('a time limit that is none', () => {
    const [issue] = issuesOf({ ...sharded, SHARD_TIMEOUT_SECONDS: '0' }, shardedData);
    expect(issue).toMatchObject({ variable: 'SHARD_TIMEOUT_SECONDS', limit: 'seconds, 0.01 to 600' });
  });

  it('two shards with one database', () => {
    const issues = issuesOf({ ...sharded, DATABASE_SHARD_URLS: 'postgres://a:b@s/t,postgres://a:b@s/t' }, shardedData);
    expect(issues).toEqual([expect.objectContaining({ variable: 'DATABASE_SHARD_URLS', limit: expect.stringContaining('entry 1') })]);
  });
});

it('reports every problem at once, each with variable, received value, limit and remedy, without passwords', () => {
  const wrong = { ...replicated, PORT: 'x', TIER: 'gold', DATABASE_URL: 'postgres://app:hunter2@db/x?sslmode=disable', DATABASE_REPLICA_URLS: ',postgres://app:hunter2@r', HARD_STOP_SECONDS: '1', PLATFORM_ENV: 'production' };
  let message = '';
  try {
    parseConfiguration(wrong, replicatedData, readFile);
  } catch (error) {
    message = String(error);
  }
  const lines = message.split('\n');
  expect(lines[0]).toBe('ConfigurationError: the environment has 7 problems');
  expect(lines.slice(1).map((line) => line.trim().split(':')[0]).sort()).toEqual(['DATABASE_CA_FILE', 'DATABASE_REPLICA_URLS', 'DATABASE_REPLICA_URLS', 'DATABASE_URL', 'HARD_STOP_SECONDS', 'PORT', 'TIER']);
  for (const line of lines.slice(1)) expect(line).toMatch(/received .+; must be .+; remedy: .+/);
  expect(message).toContain('postgres://app:***@db/x?sslmode=disable');
  expect(message).not.toContain('hunter2');
});

describe('one problem hides no other', () => {
  const variablesOf = (environment: Parameters<typeof issuesOf>[0], data: Parameters<typeof issuesOf>[1]) => issuesOf(environment, data).map(({ variable }) => variable).sort();

  it.each([
    ['no URL, and a pool turned round', replicatedData, { ...replicated, DATABASE_URL: '', DATABASE_POOL_MIN: '10', DATABASE_POOL_MAX: '5' }, ['DATABASE_POOL_MIN', 'DATABASE_URL']],
    ['a wrong replica, and its pool turned round', replicatedData, { ...replicated, DATABASE_REPLICA_URLS: 'x', DATABASE_REPLICA_POOL_MIN: '10' }, ['DATABASE_REPLICA_POOL_MIN', 'DATABASE_REPLICA_URLS']],
    ['two shards with one database, and a map for three', shardedData, { ...sharded, DATABASE_SHARD_URLS: 'postgres://a:b@s/t,postgres://a:b@s/t', SHARD_MAP: '{"version":1,"buckets":1024,"ranges":[{"from":0,"to":1023,"shard":2}]}' }, ['DATABASE_SHARD_URLS', 'SHARD_MAP']],
    ['a wrong host, and one port for both', replicatedData, { ...replicated, HOST: '!', PORT: '80', METRICS_PORT: '80' }, ['HOST', 'METRICS_PORT']],
    ['a wrong number, and headers that may take longer than requests', replicatedData, { ...replicated, KEEP_ALIVE_SECONDS: 'x', HEADERS_TIMEOUT_SECONDS: '30', REQUEST_TIMEOUT_SECONDS: '20' }, ['HEADERS_TIMEOUT_SECONDS', 'KEEP_ALIVE_SECONDS']],
    ['a wrong Redis, and silence borne shorter than a heartbeat', replicatedData, { ...replicated, REDIS_URL: 'http://r', REDIS_HEARTBEAT_SECONDS: '5', REDIS_UNHEARD_SECONDS: '2' }, ['REDIS_UNHEARD_SECONDS', 'REDIS_URL']],
    ['a CDN of which nothing is said', replicatedData, { ...replicated, CDN_KIND: 'cloudfront' }, ['CDN_DISTRIBUTION_ID', 'CDN_URL']],
    ['an edge of which nothing is said', replicatedData, { ...replicated, CDN_KIND: 'edge' }, ['CDN_PURGE_TOKEN', 'CDN_URL']],
  ] as const)('%s', (_name, data, environment, variables) => {
    expect(variablesOf(environment, data)).toEqual(variables);
  });

  it('two shards are one database in whatever case their host is written', () => {
    expect(variablesOf({ ...sharded, DATABASE_SHARD_URLS: 'postgres://a:b@S0.example/t,postgres://a:b@s0.example/t' }, shardedData)).toContain('DATABASE_SHARD_URLS');
    expect(variablesOf({ ...sharded, DATABASE_SHARD_URLS: 'postgres://a:b@s0.example/t,postgres://a:b@s0.example/T' }, shardedData)).not.toContain('DATABASE_SHARD_URLS');
  });

  it('a version of the map must be one that shards can keep', () => {
    const map = (version: number) => `{"version":${version},"buckets":1024,"ranges":[{"from":0,"to":1023,"shard":0}]}`;
    const environment = { ...sharded, DATABASE_SHARD_URLS: 'postgres://a:b@s/t' };
    expect(variablesOf({ ...environment, SHARD_MAP: map(2_147_483_647) }, shardedData)).toEqual([]);
    expect(variablesOf({ ...environment, SHARD_MAP: map(2_147_483_648) }, shardedData)).toEqual(['SHARD_MAP']);
  });
});
