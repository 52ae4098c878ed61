import path from 'node:path';
import { clientOptions } from '../lib/database';
import { migrate, readMigrations } from '../lib/migrations';
import { planShardMap } from '../lib/shard-plan';
import { ShardLocator, type ShardMap } from '../lib/shards';
import { addressOf } from '../lib/testing/database-address';
import { startPostgres } from '../lib/testing/postgres';
import type { ServiceProcess, Variables } from '../lib/testing/service-process';
import { TcpProxy } from '../lib/testing/tcp-proxy';
import type { Scale } from './fault';
import { Setting } from './setting';

export const SHARDS = 4;
/** Accounts on each shard. */
const ACCOUNTS = 5;

/** The blockchain on four shards, each a Postgres server of its own behind a proxy of its own. */
export interface ShardBed {
  readonly service: ServiceProcess;
  /** In shard order. */
  readonly proxies: readonly TcpProxy[];
  /** The databases past their proxies, in shard order. */
  readonly urls: readonly string[];
  /** Addresses of accounts, by shard. */
  readonly accounts: readonly (readonly string[])[];
}

const accountAddress = (number: number): string => `0x${number.toString(16).padStart(40, '0')}`;

function accountsOf(map: ShardMap): readonly (readonly string[])[] {
  const locator = new ShardLocator(map);
  const all = Array.from({ length: 50 * SHARDS }, (_, number) => accountAddress(number + 1));
  return Array.from({ length: SHARDS }, (_, shard) => all.filter((address) => locator.shardOf(address) === shard).slice(0, ACCOUNTS));
}

async function prepare(url: string): Promise<void> {
  const services = path.join(__dirname, '..');
  const migrations = [...(await readMigrations('shards', path.join(services, 'lib', 'shard-migrations'))), ...(await readMigrations('blockchain', path.join(services, 'blockchain', 'migrations')))];
  await migrate(clientOptions(addressOf(url), { kind: 'off' }, 'faults'), migrations);
}

async function startShard(setting: Setting, shard: number): Promise<{ readonly direct: string; readonly proxy: TcpProxy; readonly url: string }> {
  const postgres = setting.with(await startPostgres());
  const direct = await postgres.createDatabase(`shard${shard}`);
  await prepare(direct);
  const before = await TcpProxy.before(direct);
  setting.with({ stop: () => before.proxy.cut() });
  return { direct, ...before };
}

/**
 * Brings the shards up. The fast scale has longer time limits than a pod, not shorter ones: no slow machine reaches them by itself.
 *
 * @param patienceSeconds the time limit of a shard at the fast scale; a request has twice that
 */
export function withShards<Result>(scale: Scale, patienceSeconds: number, fault: (bed: ShardBed) => Promise<Result>): Promise<Result> {
  return Setting.run(async (setting) => {
    const shards = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => startShard(setting, shard)));
    const map = { ...planShardMap({ version: 1, buckets: 1024, ranges: [{ from: 0, to: 1023, shard: 0 }] }, SHARDS).next, version: 1 };
    const patience: Variables =
      scale.name === 'fast' ? { SHARD_TIMEOUT_SECONDS: String(patienceSeconds), REQUEST_DEADLINE_SECONDS: String(2 * patienceSeconds), EVENT_LOOP_TURN_SECONDS: '10' } : {};
    const urls = shards.map(({ url }) => url).join();
    const service = await setting.service('blockchain', { DATABASE_SHARD_URLS: urls, SHARD_MAP: JSON.stringify(map), DATABASE_SHARD_POOL_MAX: '20', LOG_LEVEL: 'fatal', ...patience });
    return fault({ service, proxies: shards.map(({ proxy }) => proxy), urls: shards.map(({ direct }) => direct), accounts: accountsOf(map) });
  });
}
