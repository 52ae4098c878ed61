import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { BREAKER_OPEN_SECONDS } from '../lib/database-breaker';
import { until } from '../lib/testing/service-process';
import type { TcpProxy } from '../lib/testing/tcp-proxy';
import type { Check, Fault, Scale } from './fault';
import { errorsOf, isRefusal, load, type LoadRequest, type LoadResult } from './load';
import { quietP99 } from './percentile';
import { metric } from './process-metrics';
import { SHARDS, withShards, type ShardBed } from './shard-bed';

/** F13 and F21: the blockchain on four shards. */

const LOST = 2;
const TRANSACTIONS = '/api/blockchain/transactions';
const none = (what: string, count: number): Check => ({ what, value: count, unit: 'requests', limit: { exactly: 0 }, kind: 'state' });

/** What a request is about. */
interface Target {
  readonly shard: number;
  readonly account: string;
  /** The path of one that the account has sent. */
  readonly transaction: string;
}

function transfer(from: string, to: string): LoadRequest {
  return { method: 'POST', path: TRANSACTIONS, headers: { 'Idempotency-Key': randomUUID() }, body: { from, to, amount: '1' } };
}

/** A transaction of every account, one shard after the other. */
async function writeTargets({ service, accounts }: ShardBed): Promise<readonly Target[]> {
  const all = accounts.flatMap((addresses, shard) => addresses.map((account, turn) => ({ shard, account, turn }))).sort((a, b) => a.turn - b.turn);
  return Promise.all(all.map(async ({ shard, account }): Promise<Target> => {
    const { path, headers, body } = transfer(account, account);
    const answer = await fetch(`${service.url}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
    const location = answer.headers.get('Location');
    if (location === null) throw new Error(`no transaction was made: ${answer.status} ${await answer.text()}`);
    return { shard, account, transaction: location };
  }));
}

const isWriteAt = (index: number): boolean => index % 5 === 0;

/** What the nth request of the load is about: its writes go round all targets, and so do its reads. */
function targetAt(targets: readonly Target[], index: number): Target {
  const turn = Math.floor(index / 5);
  const target = targets[(isWriteAt(index) ? turn : index - turn - 1) % targets.length];
  if (target === undefined) throw new Error('no targets');
  return target;
}

/** The default load, 80 % reads, over all shards. */
function loadShards({ service }: ShardBed, targets: readonly Target[], scale: Scale, connections: number): Promise<readonly LoadResult[]> {
  const request = (index: number): LoadRequest => {
    const { account, transaction } = targetAt(targets, index);
    return isWriteAt(index) ? transfer(account, targetAt(targets, 0).account) : { method: 'GET', path: transaction };
  };
  const { seconds, requestsPerSecond } = scale.name === 'fast' ? { seconds: scale.loadSeconds / 4, requestsPerSecond: scale.requestsPerSecond / 2 } : { seconds: scale.loadSeconds, requestsPerSecond: scale.requestsPerSecond };
  return load({ url: service.url, seconds, requestsPerSecond, connections, opening: { method: 'GET', path: '/health' }, request });
}

/** An answer that needs every shard. */
async function fanOut({ service }: ShardBed, { account }: Target): Promise<{ readonly names: boolean; readonly millis: number }> {
  const start = performance.now();
  const answer = await fetch(`${service.url}/api/blockchain/accounts/${account}/balance`);
  const { detail } = (await answer.json()) as { readonly detail?: string };
  const names = answer.status === 503 && answer.headers.has('Retry-After') && detail?.startsWith(`shard ${LOST} of ${SHARDS} `) === true;
  return { names, millis: performance.now() - start };
}

const BURST = 20;

/** Asks for what needs the lost shard many times at once. @returns how often that was asked itself, beyond what its breaker tries */
async function askedBeyondTrials({ service }: ShardBed, path: string): Promise<number> {
  const attempts = () => metric(service, `database_attempts_total{role="shard",number="${LOST}"}`);
  const start = performance.now();
  const before = await attempts();
  await Promise.all(Array.from({ length: BURST }, async () => (await fetch(`${service.url}${path}`)).arrayBuffer()));
  const trials = 1 + Math.floor((performance.now() - start) / 1_000 / BREAKER_OPEN_SECONDS);
  return (await attempts()) - before - trials;
}

/** A way of being down. */
interface Outage {
  readonly how: string;
  /** Of the load. */
  readonly connections: number;
  readonly begin: (proxy: TcpProxy) => Promise<void> | void;
  readonly end: (proxy: TcpProxy) => Promise<void> | void;
}

const outages: readonly Outage[] = [
  { how: 'refuses', connections: 50, begin: (proxy) => proxy.cut(), end: (proxy) => proxy.restore() },
  // Until the breaker is open, its keys alone keep more than 50 connections waiting: those of the load must not be what is short.
  { how: 'hangs', connections: 200, begin: (proxy) => proxy.hold(), end: (proxy) => proxy.release() },
];

/** How many results of some kind there are among others, NaN among none. */
const countOf = (results: readonly LoadResult[], matches: (result: LoadResult) => boolean): number => (results.length === 0 ? NaN : results.filter(matches).length);
const isError = (result: LoadResult): boolean => errorsOf([result]).length > 0;
const isWrite = ({ request }: LoadResult): boolean => request.method === 'POST';
const isRead = (result: LoadResult): boolean => !isWrite(result);

/** What the same load met before a shard was lost and while it was. */
interface Round {
  readonly before: readonly LoadResult[];
  readonly during: readonly LoadResult[];
  readonly fanOuts: readonly { readonly names: boolean; readonly millis: number }[];
  readonly askedBeyondTrials: number;
}

async function loseShard(bed: ShardBed, targets: readonly Target[], scale: Scale, { connections, begin, end }: Outage): Promise<Round> {
  const [proxy, target] = [bed.proxies[LOST], targets.find(({ shard }) => shard === LOST)];
  if (proxy === undefined || target === undefined) throw new Error('no such shard');
  const before = await loadShards(bed, targets, scale, connections);
  await begin(proxy);
  // The first finds its breaker closed, the second open.
  const [during, first] = await Promise.all([loadShards(bed, targets, scale, connections), fanOut(bed, target)]);
  const [asked, second] = await Promise.all([askedBeyondTrials(bed, target.transaction), fanOut(bed, target)]);
  await end(proxy);
  // Its breaker stays open for a moment.
  await until(async () => (await fetch(`${bed.service.url}${target.transaction}`)).status === 200);
  return { before, during, fanOuts: [first, second], askedBeyondTrials: asked };
}

function judge(targets: readonly Target[], rounds: readonly Round[]): readonly Check[] {
  const of = (results: readonly LoadResult[], isLost: boolean) => results.filter((_, index) => (targetAt(targets, index).shard === LOST) === isLost);
  const lost = rounds.flatMap(({ during }) => of(during, true));
  const others = rounds.map(({ during }) => of(during, false));
  const fanOuts = rounds.flatMap((round) => round.fanOuts);
  const kinds = [['reads', isRead], ['writes', isWrite]] as const;
  return [
    none('before, errors', countOf(rounds.flatMap(({ before }) => before), isError)),
    ...kinds.flatMap(([kind, is]): readonly Check[] => [
      none(`${kind} of its keys, not refused with Retry-After`, countOf(lost.filter(is), (result) => !isRefusal(result))),
      none(`${kind} of other shards, errors`, countOf(others.flat().filter(is), isError)),
    ]),
    { what: 'slowest refusal', value: lost.length === 0 ? NaN : Math.max(...lost.map(({ millis }) => millis)), unit: 'ms', limit: { atMost: 1_000 }, kind: 'timing' },
    { what: 'p99 of other shards in quiet half seconds, by that before', value: quietP99(...others) / quietP99(...rounds.map(({ before }) => of(before, false))), unit: 'times', limit: { atMost: 1.2 }, kind: 'timing' },
    { what: 'fan-outs that name the missing shard, of all', value: fanOuts.filter(({ names }) => names).length / fanOuts.length, unit: 'times', limit: { exactly: 1 }, kind: 'state' },
    { what: 'slowest fan-out', value: Math.max(...fanOuts.map(({ millis }) => millis)), unit: 'ms', limit: { atMost: 1_000 }, kind: 'timing' },
    { what: 'queries to it while its breaker is open, beyond one a second', value: Math.max(...rounds.map((round) => round.askedBeyondTrials)), unit: 'queries', limit: { atMost: 0 }, kind: 'state' },
  ];
}

/** How often a shard is lost in full: what slows the machine for a while then slows the loads before and during it alike. */
const ROUNDS = 8;
/** Of the row's load, what each of them sends: with and without the shard that is twice the row's in all. */
const ROUND_SHARE = 0.25;

async function loseShardInRounds(bed: ShardBed, targets: readonly Target[], scale: Scale, outage: Outage): Promise<readonly Check[]> {
  // Compiles and connects.
  await loadShards(bed, targets, { ...scale, loadSeconds: scale.loadSeconds * ROUND_SHARE }, outage.connections);
  const [count, share] = scale.name === 'full' ? [ROUNDS, ROUND_SHARE] : [1, 1];
  const rounds: Round[] = [];
  for (let round = 0; round < count; round += 1) rounds.push(await loseShard(bed, targets, { ...scale, loadSeconds: scale.loadSeconds * share }, outage));
  return judge(targets, rounds).map((check) => ({ ...check, what: `${outage.how}: ${check.what}` }));
}

/** At the fast scale once, at half the rate, for a quarter of the time; a shard that hangs is given up after 3 s, not 0.9 s. */
const lostShard: Fault = {
  id: 'F13',
  title: '1 of 4 shards down',
  run: (scale) =>
    withShards(scale, 3, async (bed) => {
      const targets = await writeTargets(bed);
      const checks: Check[] = [];
      for (const outage of outages) checks.push(...(await loseShardInRounds(bed, targets, scale, outage)));
      return checks;
    }),
};

/** The same at both scales, but for longer time limits at the fast one. */
const repeatedKey: Fault = {
  id: 'F21',
  title: 'the same Idempotency-Key 100 times at once',
  run: (scale) =>
    withShards(scale, 20, async ({ service, urls, accounts }) => {
      const [from, to] = [accounts[0]?.[0] ?? '', accounts[1]?.[0] ?? ''];
      const body = JSON.stringify({ from, to, amount: '7' });
      const send = () => fetch(`${service.url}${TRANSACTIONS}`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'once' } });
      const answers = await Promise.all(Array.from({ length: 100 }, send));
      const bodies = new Set(await Promise.all(answers.map((answer) => answer.text())));
      const client = new Client({ connectionString: urls[0] });
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
