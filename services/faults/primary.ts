import { setTimeout as sleep } from 'node:timers/promises';
import type { TcpProxy } from '../lib/testing/tcp-proxy';
import type { Check, Fault } from './fault';
import { errorsOf, isRefusal, load, type LoadResult } from './load';
import { percentile } from './percentile';
import { creation, isRead, isWrite, Web5Bed } from './web5-bed';
import { auditWrites, isAcknowledged, writtenOnce } from './write-audit';

/** F10, F20 and F22: a primary that is lost, and servers that are slow. */

const none = (what: string, count: number): Check => ({ what, value: count, unit: 'requests', limit: { exactly: 0 }, kind: 'state' });
const slowest = (results: readonly LoadResult[]): number => percentile(results, 1);

/** The primary does a write whose answer is lost on the way, and can be asked again at once: who asks again does it twice. */
async function loseAnswer(bed: Web5Bed): Promise<void> {
  const lost = bed.cluster.primary.proxy.breakBefore('INSERT 0 1');
  await Promise.all([lost, bed.send(creation())]);
  await bed.untilWritable();
}

interface Outage {
  readonly begin: () => Promise<void> | void;
  readonly end: () => Promise<void> | void;
}

/** Loads the service, takes the primary away for some time, first for a moment, and gives it back. */
async function duringOutage(bed: Web5Bed, how: string, { begin, end }: Outage): Promise<readonly Check[]> {
  const loading = bed.load(bed.millis(30) / 1_000);
  await sleep(bed.millis(5));
  await loseAnswer(bed);
  await begin();
  await sleep(bed.millis(20));
  await end();
  const back = performance.now();
  await bed.untilWritable();
  const writableMillis = performance.now() - back;
  const results = await loading;
  const writes = results.filter(isWrite);
  const refused = writes.filter(isRefusal);
  const checks: readonly Check[] = [
    none('failed reads', errorsOf(results.filter(isRead)).length),
    none('writes neither done nor refused with Retry-After, those that hang included', errorsOf(writes, isRefusal).length),
    { what: 'refused writes', value: refused.length, unit: 'requests', limit: { atLeast: 1 }, kind: 'state' },
    ...(await writtenOnce(bed, results)),
    { what: 'slowest write', value: slowest(writes), unit: 'ms', limit: { atMost: 1_000 }, kind: 'timing' },
    { what: 'time until writes work again', value: writableMillis, unit: 'ms', limit: { atMost: 5_000 }, kind: 'timing' },
  ];
  return checks.map((check) => ({ ...check, what: `${how}: ${check.what}` }));
}

const lostPrimary: Fault = {
  id: 'F10',
  title: 'primary down 20 s',
  run: (scale) =>
    Web5Bed.during(scale, { before: auditWrites }, async (bed) => {
      const { server, proxy } = bed.cluster.primary;
      await bed.untilReplicas('healthy', 2);
      const killed = await duringOutage(bed, 'killed', { begin: () => server.kill(), end: () => server.restart() });
      await bed.untilReplicas('healthy', 2);
      const hanging = await duringOutage(bed, 'hanging', { begin: () => proxy.hold(), end: () => proxy.release() });
      return [...killed, ...hanging];
    }),
};

/** By which F20 makes every answer later, longer than any deadline. */
const SLOWER_SECONDS = 2;
const SLOW_SECONDS = 60;
/** Every so many identities are slow to read on replicas, in the part of F20 in which only some answers are. */
const SLOW_IDENTITIES = 3;
/** Reads per second of that part: as many as a machine can open connections for, since each late answer costs one. */
const READS_PER_SECOND = 100;
const READ_SECONDS = 30;
/** So many attempts are granted besides one for every fifth request. */
const RESERVE = 200;

/** Everything is slow: what is asked is given up in time, and soon nothing is asked any more. */
async function allSlow(bed: Web5Bed, proxies: readonly TcpProxy[]): Promise<readonly Check[]> {
  const attempts = await bed.rise('database_attempts_total');
  for (const proxy of proxies) proxy.delay(SLOWER_SECONDS * 1_000);
  let opened = false;
  const look = async (): Promise<void> => {
    opened ||= (await isOpen(bed)) === 1;
  };
  const results = await watched(bed.load(bed.millis(SLOW_SECONDS) / 1_000), look);
  const perRequest = (await attempts()) / results.length;
  for (const proxy of proxies) proxy.delay(0);
  return [
    none('neither answered nor refused with Retry-After', errorsOf(results, isRefusal).length),
    { what: 'breaker opened', value: opened ? 1 : 0, unit: 'breakers', limit: { exactly: 1 }, kind: 'state' },
    { what: 'attempts for each request', value: perRequest, unit: 'times', limit: { atMost: 1.2 }, kind: 'state' },
    { what: 'slowest answer', value: slowest(results), unit: 'ms', limit: { atMost: 1_000 }, kind: 'timing' },
  ];
}

/** Some reads are slow on every replica, so that no server is given up and each of these could be tried three times: now attempts are bounded by their budget alone. */
async function someSlow(bed: Web5Bed, proxies: readonly TcpProxy[]): Promise<readonly Check[]> {
  const slow = bed.seeds.filter((_, index) => index % SLOW_IDENTITIES === 0);
  const [attempts, again] = [await bed.rise('database_queries_total', { query: 'findIdentity' }), await bed.rise('database_fallbacks_total')];
  for (const proxy of proxies) proxy.delay(SLOWER_SECONDS * 1_000, (answer) => slow.some((did) => answer.includes(did)));
  let openings = 0;
  const look = async (): Promise<void> => {
    openings += await isOpen(bed);
  };
  const results = await watched(load({ url: bed.pod.url, seconds: bed.millis(READ_SECONDS) / 1_000, requestsPerSecond: READS_PER_SECOND, request: (index) => bed.resolution(index) }), look);
  for (const proxy of proxies) proxy.delay(0);
  const checks: readonly Check[] = [
    none('neither answered nor refused with Retry-After', errorsOf(results, isRefusal).length),
    { what: 'looks at which the breaker was open', value: openings, unit: 'looks', limit: { exactly: 0 }, kind: 'timing' },
    { what: 'further attempts', value: await again(), unit: 'attempts', limit: { atLeast: 1 }, kind: 'state' },
    { what: `attempts for each read, beyond a reserve of ${RESERVE}`, value: ((await attempts()) - RESERVE) / results.length, unit: 'times', limit: { atMost: 1.2 }, kind: 'state' },
  ];
  return checks.map((check) => ({ ...check, what: `some answers slow: ${check.what}` }));
}

const isOpen = (bed: Web5Bed): Promise<number> => bed.metric('database_breaker_open', { role: 'primary' });

const slowDatabases: Fault = {
  id: 'F20',
  title: 'every query 2 s slower for 60 s',
  run: (scale) =>
    Web5Bed.during(scale, { variables: { REQUEST_DEADLINE_SECONDS: '1' } }, async (bed) => {
      const { primary, replicas } = bed.cluster;
      const ofReplicas = replicas.map(({ proxy }) => proxy);
      await bed.untilReplicas('healthy', 2);
      const all = await allSlow(bed, [primary.proxy, ...ofReplicas]);
      await bed.untilReplicas('healthy', 2);
      await bed.untilWritable();
      const some = await someSlow(bed, ofReplicas);
      await bed.untilReplicas('healthy', 2);
      return [...all, ...some];
    }),
};

/** Looks again and again while work goes on, and gives the work's result. */
async function watched<Result>(work: Promise<Result>, look: () => Promise<void>): Promise<Result> {
  let over = false;
  const working = work.finally(() => {
    over = true;
  });
  while (!over) {
    await look();
    await sleep(20);
  }
  return working;
}

/** How often F22 kills the primary. */
const KILLS = { fast: 3, full: 10 } as const;

const killedPrimary: Fault = {
  id: 'F22',
  title: 'kill -9 of the primary under writes, 10 times',
  run: (scale) =>
    Web5Bed.during(scale, { before: auditWrites }, async (bed) => {
      const { server } = bed.cluster.primary;
      const results: LoadResult[] = [];
      let fewest = Infinity;
      for (let kill = 0; kill < KILLS[scale.name]; kill += 1) {
        const began = performance.now();
        const loading = bed.loadOfWrites(2);
        await sleep(1_000);
        await loseAnswer(bed);
        const killedAt = performance.now() - began;
        await server.kill();
        await server.restart();
        const round = await loading;
        fewest = Math.min(fewest, round.filter((result) => isAcknowledged(result) && result.atMillis + result.millis < killedAt).length);
        results.push(...round);
        await bed.untilWritable();
      }
      return [
        none('neither done nor refused with Retry-After', errorsOf(results, isRefusal).length),
        { what: 'fewest acknowledged writes before a kill', value: fewest, unit: 'writes', limit: { atLeast: 1 }, kind: 'state' },
        ...(await writtenOnce(bed, results)),
      ];
    }),
};

export const primaryFaults: readonly Fault[] = [lostPrimary, slowDatabases, killedPrimary];
