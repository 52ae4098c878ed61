import { setTimeout as sleep } from 'node:timers/promises';
import { until, type ServiceProcess } from '../lib/testing/service-process';
import { assetLoad, metric, startAssets, writeAssets, type Assets } from './assets';
import type { Check, Fault, Scale } from './fault';
import { errorsOf, percentile, type LoadResult } from './load';
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
  return { what: `errors ${what}`, value: errorsOf(results).length, unit: 'requests', limit: { exactly: 0 }, kind: 'state' };
}

/** Loads while something is broken, at least until `meanwhile` is done. */
async function loadDuring<Result>(process: ServiceProcess, scale: Scale, seconds: number, meanwhile: () => Promise<Result>): Promise<readonly [readonly LoadResult[], Result]> {
  return Promise.all([assetLoad(process, scale, seconds), meanwhile()]);
}

const breakerIs = (process: ServiceProcess, state: number) => async () => (await metric(process, BREAKER)) === state;

/** Redis is killed under load, and comes back. */
const killed: Fault = {
  id: 'F15',
  title: 'Redis killed, then back',
  run: (scale) =>
    Setting.run(async (setting) => {
      const { processes: [process], redis } = await startAssets(setting, scale, 1);
      await writeAssets(process);
      const third = scale.loadSeconds / 3;
      const before = await assetLoad(process, scale, third);
      const [during, opened] = await loadDuring(process, scale, third, async () => {
        await redis.kill();
        return timeUntil(breakerIs(process, OPEN));
      });
      const [after, closed] = await loadDuring(process, scale, third, async () => {
        await redis.restart();
        return timeUntil(breakerIs(process, CLOSED));
      });
      const hits = await metric(process, 'cache_hits_total{layer="redis"}');
      const misses = await metric(process, 'cache_misses_total{layer="redis"}');
      return [
        noErrors('while Redis is away', during),
        noErrors('when it is back', after),
        { what: 'look-ups that Redis has answered', value: hits + misses, unit: 'look-ups', limit: { atLeast: 1 }, kind: 'state' },
        { what: 'p99 beyond that of before', value: percentile(during, 0.99) - percentile(before, 0.99), unit: 'ms', limit: { atMost: 50 }, kind: 'timing' },
        { what: 'until the breaker is open', value: opened, unit: 'ms', limit: { atMost: 1_000 / scale.speed }, kind: 'timing' },
        { what: 'until the breaker is closed', value: closed, unit: 'ms', limit: { atMost: 5_000 / scale.speed }, kind: 'timing' },
      ];
    }),
};

const MEBIBYTE = 1_048_576;

async function hang({ processes: [process], redis }: Assets, scale: Scale): Promise<readonly Check[]> {
  const memory = () => metric(process, 'process_resident_memory_bytes');
  const before = await assetLoad(process, scale, scale.loadSeconds / 2);
  const memoryBefore = await memory();
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
  await until(breakerIs(process, CLOSED));
  return [
    noErrors('while Redis hangs', during),
    // One call to Redis a request, until the breaker is open.
    { what: 'p99 beyond that of before', value: percentile(during, 0.99) - percentile(before, 0.99), unit: 'ms', limit: { atMost: 100 }, kind: 'timing' },
    { what: 'memory beyond that of before', value: (most - memoryBefore) / MEBIBYTE, unit: 'MiB', limit: { atMost: 20 }, kind: 'timing' },
  ];
}

async function readOnly({ processes: [process], redis }: Assets, scale: Scale): Promise<readonly Check[]> {
  const connection = () => redis.command(async (client) => /id=(\d+) [^\n]*name=web4-service /.exec(String(await client.client('LIST')))?.[1]);
  const first = await connection();
  const [results, reconnected] = await loadDuring(process, scale, scale.loadSeconds / 2, async () => {
    await redis.command((client) => client.replicaof('127.0.0.1', 1));
    const millis = await timeUntil(async () => ![first, undefined].includes(await connection()));
    await redis.command((client) => client.replicaof('NO', 'ONE'));
    return millis;
  });
  await until(breakerIs(process, CLOSED));
  return [noErrors('while Redis is read-only', results), { what: 'until connected anew', value: reconnected, unit: 'ms', limit: { atMost: 1_000 }, kind: 'timing' }];
}

/** Redis takes connections and commands, and answers nothing; then it answers that it is a replica. */
const hung: Fault = {
  id: 'F16',
  title: 'Redis hangs; Redis answers READONLY',
  run: (scale) =>
    Setting.run(async (setting) => {
      const assets = await startAssets(setting, scale, 1);
      await writeAssets(assets.processes[0]);
      // Until the heap is as large as this load makes it.
      await assetLoad(assets.processes[0], scale, scale.loadSeconds / 2);
      return [...(await hang(assets, scale)), ...(await readOnly(assets, scale))];
    }),
};

export const redisFaults: readonly Fault[] = [killed, hung];
