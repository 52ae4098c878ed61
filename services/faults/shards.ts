import path from 'node:path';
import { Client } from 'pg';
import { clientOptions } from '../lib/database';
import { parseDatabaseUrl } from '../lib/database-url';
import { migrate, readMigrations } from '../lib/migrations';
import { planShardMap } from '../lib/shard-plan';
import { ShardLocator, type ShardMap } from '../lib/shards';
import { startPostgres, type Postgres } from '../lib/testing/postgres';
import { spawnService, stopService, untilReady, type ServiceProcess } from '../lib/testing/service-process';
import { TcpProxy } from '../lib/testing/tcp-proxy';
import type { Check, Fault, Scale } from './fault';
import { errorsOf, isRefusal, load, percentile, type LoadRequest, type LoadResult } from './load';

/** F13 and F21: the blockchain on four shards. */

const SHARDS = 4;
const LOST = 2;
/** Accounts on each shard. */
const ACCOUNTS = 5;
const none = (what: string, count: number): Check => ({ what, value: count, unit: 'requests', limit: { exactly: 0 }, kind: 'state' });

interface ShardBed {
  readonly service: ServiceProcess;
  readonly postgres: Postgres;
  readonly proxies: readonly TcpProxy[];
  /** Addresses of accounts, by shard. */
  readonly accounts: readonly (readonly string[])[];
}

const addressOf = (number: number): string => `0x${number.toString(16).padStart(40, '0')}`;

function accountsOf(map: ShardMap): readonly (readonly string[])[] {
  const locator = new ShardLocator(map);
  const all = Array.from({ length: 50 * SHARDS }, (_, number) => addressOf(number + 1));
  return Array.from({ length: SHARDS }, (_, shard) => all.filter((address) => locator.shardOf(address) === shard).slice(0, ACCOUNTS));
}

async function prepare(url: string): Promise<void> {
  const address = parseDatabaseUrl(url);
  if ('limit' in address) throw new Error(address.limit);
  const services = path.join(__dirname, '..');
  const migrations = [...(await readMigrations('shards', path.join(services, 'lib', 'shard-migrations'))), ...(await readMigrations('blockchain', path.join(services, 'blockchain', 'migrations')))];
  await migrate(clientOptions(address, { kind: 'off' }, 'faults'), migrations);
}

async function during(scale: Scale, fault: (bed: ShardBed) => Promise<readonly Check[]>): Promise<readonly Check[]> {
  const postgres = await startPostgres();
  const proxies: TcpProxy[] = [];
  let service: ServiceProcess | undefined;
  try {
    const urls: string[] = [];
    for (let shard = 0; shard < SHARDS; shard += 1) {
      const url = await postgres.createDatabase(`shard${shard}`);
      await prepare(url);
      const before = await TcpProxy.before(url);
      proxies.push(before.proxy);
      urls.push(before.url);
    }
    const map = { ...planShardMap({ version: 1, buckets: 1024, ranges: [{ from: 0, to: 1023, shard: 0 }] }, SHARDS).next, version: 1 };
    const patience: Record<string, string> = scale.name === 'fast' ? { SHARD_TIMEOUT_SECONDS: '3', REQUEST_DEADLINE_SECONDS: '4', EVENT_LOOP_TURN_SECONDS: '10' } : {};
    service = await spawnService('blockchain', { DATABASE_SHARD_URLS: urls.join(), SHARD_MAP: JSON.stringify(map), DATABASE_SHARD_POOL_MAX: '20', LOG_LEVEL: 'fatal', ...patience });
    await untilReady(service);
    return await fault({ service, postgres, proxies, accounts: accountsOf(map) });
  } finally {
    if (service !== undefined) await stopService(service);
    await Promise.all(proxies.map((proxy) => proxy.cut()));
    await postgres.stop();
  }
}

const senderOf = ({ request }: LoadResult): string => String((request.body as { readonly from?: unknown }).from);

const lostShard: Fault = {
  id: 'F13',
  title: '1 of 4 shards down',
  run: (scale) =>
    during(scale, async ({ service, proxies, accounts }) => {
      const everyone = accounts.flat();
      const request = (index: number): LoadRequest => ({ method: 'POST', path: '/api/blockchain/transactions', body: { from: everyone[index % everyone.length], to: everyone[0], amount: '1' } });
      const requestsPerSecond = scale.name === 'fast' ? scale.requestsPerSecond / 4 : scale.requestsPerSecond;
      const loading = (): Promise<readonly LoadResult[]> => load({ url: service.url, seconds: scale.loadSeconds / 2, requestsPerSecond, request });
      // The first compiles and connects.
      await loading();
      const before = await loading();
      await proxies[LOST]?.cut();
      const during = await loading();
      const ofLost = (result: LoadResult): boolean => accounts[LOST]?.includes(senderOf(result)) === true;
      const [lost, others] = [during.filter(ofLost), during.filter((result) => !ofLost(result))];
      const fanOut = await fetch(`${service.url}/api/blockchain/accounts/${everyone[0] ?? ''}/balance`);
      const { detail } = (await fanOut.json()) as { readonly detail?: string };
      const names = fanOut.status === 503 && fanOut.headers.has('Retry-After') && detail?.startsWith(`shard ${LOST} of ${SHARDS} `) === true;
      return [
        none('before, errors', errorsOf(before).length),
        none('of its keys, not refused with Retry-After', lost.filter((result) => !isRefusal(result)).length),
        none('of other shards, errors', errorsOf(others).length),
        { what: 'fan-out that names the missing shard', value: names ? 1 : 0, unit: 'answers', limit: { exactly: 1 }, kind: 'state' },
        { what: 'slowest refusal', value: Math.max(...lost.map(({ millis }) => millis)), unit: 'ms', limit: { atMost: 1_000 }, kind: 'timing' },
        { what: 'p99 of other shards, by that before', value: percentile(others, 0.99) / percentile(before.filter((result) => !ofLost(result)), 0.99), unit: 'times', limit: { atMost: 1.2 }, kind: 'timing' },
      ];
    }),
};

const repeatedKey: Fault = {
  id: 'F21',
  title: 'the same Idempotency-Key 100 times at once',
  run: (scale) =>
    during(scale, async ({ service, postgres, accounts }) => {
      const [from, to] = [accounts[0]?.[0] ?? '', accounts[1]?.[0] ?? ''];
      const body = JSON.stringify({ from, to, amount: '7' });
      const send = () => fetch(`${service.url}/api/blockchain/transactions`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'once' } });
      const answers = await Promise.all(Array.from({ length: 100 }, send));
      const bodies = new Set(await Promise.all(answers.map((answer) => answer.text())));
      const client = new Client({ connectionString: postgres.urlOf('shard0') });
      await client.connect();
      const { rowCount } = await client.query('SELECT FROM transactions WHERE sender = $1', [from]).finally(() => client.end());
      return [
        none('neither created nor repeated', answers.filter(({ ok }) => !ok).length),
        { what: 'different answers', value: bodies.size, unit: 'answers', limit: { exactly: 1 }, kind: 'state' },
        { what: 'transactions stored', value: rowCount ?? 0, unit: 'transactions', limit: { exactly: 1 }, kind: 'state' },
      ];
    }),
};

export const shardFaults: readonly Fault[] = [lostShard, repeatedKey];
