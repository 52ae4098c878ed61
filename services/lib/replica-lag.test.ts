import pino from 'pino';
import { Database } from './database';
import { parseDatabaseUrl } from './database-url';
import { Metrics } from './metrics';
import { exportReplicaLag } from './replica-lag';
import { freePort } from './testing/free-port';
import { startPostgres, type Postgres } from './testing/postgres';

let postgres: Postgres;
beforeAll(async () => { postgres = await startPostgres(); });
afterAll(() => postgres.stop());

async function scrape(urls: readonly string[]): Promise<string> {
  const metrics = new Metrics();
  const replicas = urls.map((url) => {
    const address = parseDatabaseUrl(url);
    if ('limit' in address) throw new Error(address.limit);
    return new Database({ address, role: 'replica', pool: { minimum: 0, maximum: 1 } }, { service: 'test', tls: { kind: 'off' }, metrics, logger: pino({ level: 'silent' }) });
  });
  exportReplicaLag(replicas, metrics.registry);
  try {
    return await metrics.registry.metrics();
  } finally {
    await Promise.all(replicas.map((replica) => replica.close()));
  }
}

test('a server that is not behind lags by 0 s; one that does not answer has no series, and breaks no scrape', async () => {
  const dead = `postgres://app:secret@127.0.0.1:${await freePort()}/app`;
  const text = await scrape([postgres.superuserUrl, dead]);
  expect(text.match(/^database_replica_lag_seconds.*$/gm)).toEqual(['database_replica_lag_seconds{replica="0"} 0']);
  expect(text).toContain('http_requests_total');
});
