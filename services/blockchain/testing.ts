import { Client, type QueryResultRow } from 'pg';
import { planShardMap } from '../lib/shard-plan';
import { ShardLocator, type ShardMap } from '../lib/shards';
import { startPostgres, type Postgres } from '../lib/testing/postgres';
import { spawnService, stopService, untilReady, type ServiceProcess, type Variables } from '../lib/testing/service-process';

/** A map of that many even shards. */
export function evenMap(shardCount: number): ShardMap {
  return { ...planShardMap({ version: 1, buckets: 1024, ranges: [{ from: 0, to: 1023, shard: 0 }] }, shardCount).next, version: 1 };
}

export const addressOf = (number: number): string => `0x${number.toString(16).padStart(40, '0')}`;

/** The first addresses that a map places on a shard. */
export function addressesOn(map: ShardMap, shard: number, count: number): readonly string[] {
  const locator = new ShardLocator(map);
  const found: string[] = [];
  for (let number = 1; found.length < count; number += 1) if (locator.shardOf(addressOf(number)) === shard) found.push(addressOf(number));
  return found;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Sends a request; a body goes as JSON, text as it is. */
export async function send(service: ServiceProcess, method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(`${service.url}${path}`, { method, ...content, headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers } });
  return { status: response.status, headers: response.headers, json: (await response.json()) as Answer['json'] };
}

/** Postgres with a database for each shard, migrated; services are started as a test needs them. */
export class Cluster {
  private readonly services: ServiceProcess[] = [];

  private constructor(
    private readonly postgres: Postgres,
    readonly urls: readonly string[],
    readonly map: ShardMap,
  ) {}

  static async start(shardCount: number): Promise<Cluster> {
    const postgres = await startPostgres();
    const urls: string[] = [];
    for (let shard = 0; shard < shardCount; shard += 1) urls.push(await postgres.createDatabase(`shard${shard}`));
    const cluster = new Cluster(postgres, urls, evenMap(shardCount));
    expect(await (await spawnService('blockchain', cluster.variables({}), ['migrate'])).exit).toBe(0);
    return cluster;
  }

  /** A service with these variables besides its usual ones; ready. */
  async service(more: Variables = {}): Promise<ServiceProcess> {
    const service = await spawnService('blockchain', this.variables(more));
    this.services.push(service);
    await untilReady(service);
    return service;
  }

  /** Runs one statement on a shard. */
  async query<Row extends QueryResultRow>(shard: number, text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const client = new Client({ connectionString: this.urls[shard] });
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map(stopService));
    await this.postgres.stop();
  }

  private variables(more: Variables): Variables {
    // Time limits that no slow machine reaches; tests of a limit set their own.
    return { DATABASE_SHARD_URLS: this.urls.join(), SHARD_MAP: JSON.stringify(this.map), DATABASE_SHARD_POOL_MAX: '10', SHARD_TIMEOUT_SECONDS: '50', REQUEST_DEADLINE_SECONDS: '55', ...more };
  }
}
