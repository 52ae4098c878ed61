import { setTimeout as sleep } from 'node:timers/promises';
import { until, type ServiceProcess } from '../lib/testing/service-process';
import { assetLoad, startAssets, writeAssets, type Assets } from './assets';
import type { Check, Fault, Scale } from './fault';
import { errorsOf, type LoadResult } from './load';
import { percentile } from './percentile';
import { metric } from './process-metrics';
import { Setting } from './setting';

const BREAKER = 'cache_breaker_state{layer="redis"}';
const CLOSED = 0;
const OPEN = 2;

/** Milliseconds until a check holds. */
async function timeUntil(check: () => Promise<boolean>): Promise<number> {
  const start = performance.now();
  await until(check);
  return performance.now() - start;
}

function noErrors(what: string, results: readonly LoadResult[]): Check {
  return { what: `errors ${what}`, value: results.length === 0 ? NaN : errorsOf(results).length, unit: 'requests', limit: { exactly: 0 }, kind: 'state' };
}

const slowest = (results: readonly LoadResult[]): number => percentile(results, 1);

/** Loads while something is broken, at least until `meanwhile` is done. */
async function loadDuring<Result>(process: ServiceProcess, scale: Scale, seconds: number, meanwhile: () => Promise<Result>): Promise<readonly [readonly LoadResult[], Result]> {
  return Promise.all([assetLoad(process, scale, seconds), meanwhile()]);
}

const breakerIs = (process: ServiceProcess, state: number) => async () => (await metric(process, BREAKER)) === state;

/** Look-ups that memory could not answer: what Redis is for. */
const beyondMemory = (process: ServiceProcess): Promise<number> => metric(process, 'cache_misses_total{layer="memory"}');

/** Look-ups that Redis has answered, with an entry or with none. */
async function answeredByRedis(process: ServiceProcess): Promise<number> {
  return (await metric(process, 'cache_hits_total{layer="redis"}')) + (await metric(process, 'cache_misses_total{layer="redis"}'));
}

function some(what: string, count: number): Check {
  return { what, value: count, unit: 'look-ups', limit: { atLeast: 1 }, kind: 'state' };
}

/**
 * Redis is killed under load, and comes back. At the fast scale the breaker lets a call through ten times as often, and its
 * times are not judged.
 */
const killed: Fault = {
  id: 'F15',
  title: 'Redis killed, then back',
  run: (scale) =>
    Setting.run(async (setting) => {
      const { processes: [process], redis } = await startAssets(setting, scale, 1);
      await writeAssets(process);
      const third = scale.loadSeconds / 3;
      // The first compiles and connects.
      await assetLoad(process, scale, third);
      const before = await assetLoad(process, scale, third);
      const missed = await beyondMemory(process);
      const [during, opened] = await loadDuring(process, scale, third, async () => {
        await redis.kill();
        return timeUntil(breakerIs(process, OPEN));
      });
      const missing = (await beyondMemory(process)) - missed;
      const [returning, closed] = await loadDuring(process, scale, third, async () => {
        await redis.restart();
        return timeUntil(breakerIs(process, CLOSED));
      });
      const answered = await answeredByRedis(process);
      const after = await assetLoad(process, scale, third);
      return [
        noErrors('while Redis is away', during),
        noErrors('while it comes back', returning),
        noErrors('when it is back', after),
        some('look-ups that miss Redis while it is away', missing),
        some('look-ups that Redis answers when it is back', (await answeredByRedis(process)) - answered),
        { what: 'p99 beyond that of before', value: percentile(during, 0.99) - percentile(before, 0.99), unit: 'ms', limit: { atMost: 50 }, kind: 'timing' },
        { what: 'until the breaker is open', value: opened, unit: 'ms', limit: { atMost: 1_000 / scale.speed }, kind: 'timing' },
        { what: 'until the breaker is closed', value: closed, unit: 'ms', limit: { atMost: 5_000 / scale.speed }, kind: 'timing' },
      ];
    }),
};

const MEGABYTE = 1_000_000;
/** One call to Redis in a request, until the breaker is open. */
const TIME_LIMIT_MILLIS = 100;
/** What a timer may be late, in the process and in the load. */
const MARGIN_MILLIS = 50;

async function hang({ processes: [process], redis }: Assets, scale: Scale): Promise<readonly Check[]> {
  const memory = () => metric(process, 'process_resident_memory_bytes');
  const before = await assetLoad(process, scale, scale.loadSeconds / 2);
  const memoryBefore = await memory();
  const missed = await beyondMemory(process);
  let most = memoryBefore;
  redis.hang();
  let during: readonly LoadResult[];
  try {
    [during] = await loadDuring(process, scale, scale.loadSeconds / 2, async () => {
      await until(breakerIs(process, OPEN));
      for (let sample = 0; sample < 10; sample += 1) {
        most = Math.max(most, await memory());
        await sleep((scale.loadSeconds / 2 / 10) * 1_000);
      }
    });
  } finally {
    redis.resume();
  }
  const missing = (await beyondMemory(process)) - missed;
  await until(breakerIs(process, CLOSED));
  return [
    noErrors('while Redis hangs', during),
    some('look-ups that miss Redis while it hangs', missing),
    { what: 'p99 beyond that of before', value: percentile(during, 0.99) - percentile(before, 0.99), unit: 'ms', limit: { atMost: TIME_LIMIT_MILLIS }, kind: 'timing' },
    { what: 'slowest request beyond that of before', value: slowest(during) - slowest(before), unit: 'ms', limit: { atMost: TIME_LIMIT_MILLIS + MARGIN_MILLIS }, kind: 'timing' },
    { what: 'memory beyond that of before', value: (most - memoryBefore) / MEGABYTE, unit: 'MB', limit: { atMost: 20 }, kind: 'timing' },
  ];
}

async function readOnly({ processes: [process], redis }: Assets, scale: Scale): Promise<readonly Check[]> {
  const connection = () => redis.command(async (client) => /id=(\d+) [^\n]*name=web4-service /.exec(String(await client.client('LIST')))?.[1]);
  const first = await connection();
  if (first === undefined) throw new Error('the process has no connection to Redis');
  const [results, reconnected] = await loadDuring(process, scale, scale.loadSeconds / 2, async () => {
    await redis.command((client) => client.replicaof('127.0.0.1', 1));
    const millis = await timeUntil(async () => ![first, undefined].includes(await connection()));
    await redis.command((client) => client.replicaof('NO', 'ONE'));
    return millis;
  });
  await until(breakerIs(process, CLOSED));
  return [noErrors('while Redis is read-only', results), { what: 'until connected anew', value: reconnected, unit: 'ms', limit: { atMost: 1_000 }, kind: 'timing' }];
}

/**
 * Redis takes connections and commands, and answers nothing; then it answers that it is a replica. At the fast scale a call
 * to Redis has 1 s, and a request 5 s, half of what the client of Redis grants a silent server: a call without a time limit
 * makes requests fail.
 */
const hung: Fault = {
  id: 'F16',
  title: 'Redis hangs; Redis answers READONLY',
  run: (scale) =>
    Setting.run(async (setting) => {
      const assets = await startAssets(setting, scale, 1, () => (scale.name === 'fast' ? { REDIS_TIMEOUT_SECONDS: '1', REQUEST_DEADLINE_SECONDS: '5' } : {}));
      await writeAssets(assets.processes[0]);
      // Until the heap is as large as this load makes it.
      await assetLoad(assets.processes[0], scale, scale.loadSeconds / 2);
      return [...(await hang(assets, scale)), ...(await readOnly(assets, scale))];
    }),
};

export const redisFaults: readonly Fault[] = [killed, hung];
