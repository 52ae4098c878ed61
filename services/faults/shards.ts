import { planShardMap } from '../lib/shard-plan';
import { ShardLocator, type ShardMap } from '../lib/shards';
import { startPostgres } from '../lib/testing/postgres';
import { spawnService, type ServiceProcess, type Variables } from '../lib/testing/service-process';
import { TcpProxy } from '../lib/testing/tcp-proxy';
import type { Check, Fault, Scale } from './fault';
import { errorsOf, isRefusal, load, percentile, type LoadRequest, type LoadResult } from './load';
import { Setting } from './setting';

const SHARDS = 4;
const LOST = 2;
const ACCOUNTS_PER_SHARD = 10;

const map: ShardMap = { ...planShardMap({ version: 1, buckets: 1_024, ranges: [{ from: 0, to: 1_023, shard: 0 }] }, SHARDS).next, version: 1 };
const locator = new ShardLocator(map);

/** An account, and a transaction that it has sent. */
interface Sender {
  readonly address: string;
  readonly shard: number;
  readonly transactionId: string;
}

/** Databases for the shards, migrated, and what a pod needs to use them. */
async function shards(setting: Setting, scale: Scale): Promise<{ readonly urls: readonly string[]; readonly variables: Variables }> {
  const postgres = setting.with(await startPostgres());
  const urls: string[] = [];
  for (let shard = 0; shard < SHARDS; shard += 1) urls.push(await postgres.createDatabase(`shard-${shard}`));
  // In tests no slow machine reaches the limits: there it is counts that are judged.
  const patience: Variables = scale.name === 'fast' ? { SHARD_TIMEOUT_SECONDS: '50', REQUEST_DEADLINE_SECONDS: '60', EVENT_LOOP_TURN_SECONDS: '10' } : {};
  const variables = { ...patience, DATABASE_SHARD_URLS: urls.join(), SHARD_MAP: JSON.stringify(map), DATABASE_SHARD_POOL_MAX: '20', LOG_LEVEL: 'fatal' };
  const migration = await spawnService('blockchain', variables, ['migrate']);
  if ((await migration.exit) !== 0) throw new Error(`the migration failed:\n${migration.output()}`);
  return { urls, variables };
}

/** As many accounts on each shard. */
function addresses(): readonly string[] {
  const counts = new Array<number>(SHARDS).fill(0);
  const found: string[] = [];
  for (let number = 1; found.length < SHARDS * ACCOUNTS_PER_SHARD; number += 1) {
    const address = `0x${number.toString(16).padStart(40, '0')}`;
    const shard = locator.shardOf(address);
    const count = (counts[shard] ?? 0) + 1;
    if (count > ACCOUNTS_PER_SHARD) continue;
    counts[shard] = count;
    found.push(address);
  }
  return found;
}

const transfer = (from: string, key?: string): LoadRequest => ({
  method: 'POST',
  path: '/api/blockchain/transactions',
  body: { from, to: `0x${'f'.repeat(40)}`, amount: '1' },
  ...(key !== undefined && { headers: { 'idempotency-key': key } }),
});

async function send({ url }: ServiceProcess, { method, path, body, headers }: LoadRequest): Promise<{ readonly status: number; readonly text: string }> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${url}${path}`, { method, ...content, headers: { 'Content-Type': 'application/json', ...headers } });
  return { status: response.status, text: await response.text() };
}

async function senders(pod: ServiceProcess): Promise<readonly Sender[]> {
  return Promise.all(
    addresses().map(async (address) => {
      const { text } = await send(pod, transfer(address));
      return { address, shard: locator.shardOf(address), transactionId: String((JSON.parse(text) as { readonly id: unknown }).id) };
    }),
  );
}

/** The default load; every request is of one account. */
async function loadOf(pod: ServiceProcess, all: readonly Sender[], scale: Scale): Promise<{ readonly lost: readonly LoadResult[]; readonly others: readonly LoadResult[] }> {
  const senderOf = (index: number): Sender | undefined => all[index % all.length];
  const results = await load({
    url: pod.url,
    seconds: scale.loadSeconds,
    requestsPerSecond: scale.name === 'fast' ? scale.requestsPerSecond / 4 : scale.requestsPerSecond,
    request: (index) => (index % 5 === 4 ? transfer(senderOf(index)?.address ?? '') : { method: 'GET', path: `/api/blockchain/transactions/${senderOf(index)?.transactionId ?? ''}` }),
  });
  const isLost = (_: LoadResult, index: number): boolean => senderOf(index)?.shard === LOST;
  return { lost: results.filter(isLost), others: results.filter((result, index) => !isLost(result, index)) };
}

async function loseShard(setting: Setting, scale: Scale): Promise<readonly Check[]> {
  const { urls, variables } = await shards(setting, scale);
  const { proxy, url } = await TcpProxy.before(urls[LOST] ?? '');
  const pod = await setting.service('blockchain', { ...variables, DATABASE_SHARD_URLS: urls.map((own, shard) => (shard === LOST ? url : own)).join() });
  const all = await senders(pod);
  const before = await loadOf(pod, all, scale);
  await proxy.cut();
  const during = await loadOf(pod, all, scale);
  const balance = await send(pod, { method: 'GET', path: `/api/blockchain/accounts/${all[0]?.address ?? ''}/balance` });
  await proxy.restore();
  setting.with({ stop: () => proxy.cut() });
  return [
    { what: 'errors while all shards are there', value: errorsOf([...before.lost, ...before.others]).length, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
    { what: 'requests of the lost shard that are no 503 with Retry-After', value: during.lost.filter((result) => !isRefusal(result)).length, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
    { what: 'slowest of them', value: Math.max(...during.lost.map(({ millis }) => millis)), unit: 'ms', limit: { atMost: 1_000 }, kind: 'timing' },
    { what: 'errors of the other shards', value: errorsOf(during.others).length, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
    { what: 'p99 of the other shards, against before', value: percentile(during.others, 0.99) / percentile(before.others, 0.99), unit: 'times', limit: { atMost: 1.2 }, kind: 'timing' },
    { what: 'a fan-out that names the missing shard', value: balance.status === 503 && balance.text.includes(`shard ${LOST} of ${SHARDS} cannot be reached`) ? 1 : 0, unit: 'answers', limit: { exactly: 1 }, kind: 'state' },
  ];
}

async function repeat(setting: Setting, scale: Scale): Promise<readonly Check[]> {
  const { variables } = await shards(setting, scale);
  const pods = await Promise.all([setting.service('blockchain', variables), setting.service('blockchain', variables)] as const);
  const [address = ''] = addresses();
  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => send(pods[index % 2 === 0 ? 0 : 1], transfer(address, 'F21'))));
  const list = await send(pods[0], { method: 'GET', path: `/api/blockchain/accounts/${address}/transactions` });
  const { transactions } = JSON.parse(list.text) as { readonly transactions: readonly unknown[] };
  return [
    { what: 'answers that are no 201', value: answers.filter(({ status }) => status !== 201).length, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
    { what: 'different answers', value: new Set(answers.map(({ text }) => text)).size, unit: 'answers', limit: { exactly: 1 }, kind: 'state' },
    { what: 'transactions', value: transactions.length, unit: 'transactions', limit: { exactly: 1 }, kind: 'state' },
  ];
}

export const f13: Fault = { id: 'F13', title: '1 of 4 shards down', run: (scale) => Setting.run((setting) => loseShard(setting, scale)) };
export const f21: Fault = { id: 'F21', title: 'the same Idempotency-Key 100 times at once', run: (scale) => Setting.run((setting) => repeat(setting, scale)) };
