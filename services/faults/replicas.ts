import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { OPENING_MAXIMUM } from '../lib/connection-pool';
import { until, type Variables } from '../lib/testing/service-process';
import type { Check, Fault, Scale } from './fault';
import { errorsOf, isRefusal, type LoadResult } from './load';
import { percentile } from './percentile';
import { isRead, isWrite, Web5Bed } from './web5-bed';

/** F5 to F9: replicas that fail. */

const requests = (what: string, count: number): Check => ({ what, value: count, unit: 'requests', limit: { exactly: 0 }, kind: 'state' });
const failedReads = (results: readonly LoadResult[]): Check => requests('failed reads', errorsOf(results.filter(isRead)).length);
const errors = (results: readonly LoadResult[]): Check => requests('errors', errorsOf(results).length);

/** A replica of the bed, for faults that break one of two. */
function lostReplica({ cluster }: Web5Bed) {
  const [replica] = cluster.replicas;
  if (replica === undefined) throw new Error('there is no replica');
  return replica;
}

/** Milliseconds until it holds. */
async function millisOf(wait: Promise<void>): Promise<number> {
  const start = performance.now();
  await wait;
  return performance.now() - start;
}

const shortestGap = (times: readonly number[]): number => Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? NaN)));

/** How much later than it happened the ejection, and an arrival, may be noticed here. */
const PROBE_LATENESS_MILLIS = 100;

/** Waits until the proxy has what was on its way when a pod gave up: of connections that wait Node accepts one a turn, a pool opens 4 at one time. */
async function acceptedByNow(): Promise<void> {
  for (let turn = 0; turn < 3 * OPENING_MAXIMUM; turn += 1) await nextTurn();
}

const killedReplica: Fault = {
  id: 'F5',
  title: 'kill 1 of 2 read replicas',
  run: (scale) =>
    Web5Bed.during(scale, {}, async (bed) => {
      const { server, proxy } = lostReplica(bed);
      await bed.untilReplicas('healthy', 2);
      const loading = bed.load();
      await sleep((scale.loadSeconds * 1_000) / 5);
      await server.kill();
      const outMillis = await millisOf(bed.untilReplicas('ejected', 1));
      await acceptedByNow();
      const outAt = performance.now();
      const results = await loading;
      const probes = (): readonly number[] => proxy.acceptedAt.filter((at) => at > outAt);
      await until(() => probes().length >= 3);
      const shortest = shortestGap(probes());
      return [
        failedReads(results),
        { what: 'shortest time between probes, of what is to be between them', value: shortest / bed.millis(5), unit: 'times', limit: { atLeast: 0.5 }, kind: 'state' },
        { what: 'shortest time between probes, the first after it was out', value: shortestGap([outAt, ...probes()]), unit: 'ms', limit: { atLeast: bed.millis(5) - PROBE_LATENESS_MILLIS }, kind: 'timing' },
        { what: 'time until it was out', value: outMillis, unit: 'ms', limit: { atMost: 1_000 }, kind: 'timing' },
      ];
    }),
};

const refusingReplica: Fault = {
  id: 'F6',
  title: 'a replica refuses connections at start',
  run: async (scale) => {
    let began = NaN;
    const before = async (cluster: Web5Bed['cluster']): Promise<void> => {
      await cluster.replicas[0]?.proxy.cut();
      began = performance.now();
    };
    // What comes right after readiness is what this is about.
    return Web5Bed.during(scale, { before, isWarm: false }, async (bed) => {
      const readyMillis = performance.now() - began;
      const results = await bed.load();
      return [
        errors(results),
        { what: 'reported as ejected', value: await bed.metric('database_replica_state', { replica: 0, state: 'ejected' }), unit: 'replicas', limit: { exactly: 1 }, kind: 'state' },
        { what: 'reported as healthy', value: await bed.metric('database_replica_state', { state: 'healthy' }), unit: 'replicas', limit: { exactly: 1 }, kind: 'state' },
        { what: 'time until ready', value: readyMillis, unit: 'ms', limit: { atMost: 5_000 }, kind: 'timing' },
      ];
    });
  },
};

const hangingReplica: Fault = {
  id: 'F7',
  title: 'a replica accepts and never answers',
  run: (scale) =>
    Web5Bed.during(scale, {}, async (bed) => {
      await bed.untilReplicas('healthy', 2);
      const loading = bed.load();
      await sleep((scale.loadSeconds * 1_000) / 5);
      lostReplica(bed).proxy.hold();
      await bed.untilReplicas('ejected', 1);
      const failures = await bed.metric('database_replica_failures_total', { replica: 0 });
      const results = await loading;
      return [
        errors(results),
        { what: 'failures until it was out', value: failures, unit: 'failures', limit: { atMost: 3 }, kind: 'state' },
        { what: 'p99', value: percentile(results, 0.99), unit: 'ms', limit: { atMost: 1_000 }, kind: 'timing' },
      ];
    }),
};

/** Reads at once in F8. In place of replicas the primary takes 10 at one time, and 100 may wait. */
const BURST = 250;
const LEAST_REFUSED = 90;

/** Asks for more reads at once than the primary takes. @returns what became of them, once reads are served again */
async function exceedCap(bed: Web5Bed): Promise<readonly Check[]> {
  const { proxy } = bed.cluster.primary;
  const byMetric = await bed.rise('database_primary_reads_refused_total');
  // So slow that reads pile up, and that half of the connections do for the writes of the load.
  proxy.delay(bed.scale.name === 'fast' ? 300 : 20);
  const read = async (index: number): Promise<'answered' | 'refused' | 'other'> => {
    const answer = await bed.send(bed.resolution(index));
    await answer.text();
    if (answer.status === 200) return 'answered';
    return answer.status === 503 && answer.headers.has('Retry-After') ? 'refused' : 'other';
  };
  const outcomes = await Promise.all(Array.from({ length: BURST }, (_, index) => read(index)));
  proxy.delay(0);
  await until(async () => (await read(0)) === 'answered');
  const count = (wanted: string): number => outcomes.filter((outcome) => outcome === wanted).length;
  return [
    requests(`of ${BURST} reads at once, neither answered nor refused with Retry-After`, count('other')),
    { what: `of ${BURST} reads at once, answered`, value: count('answered'), unit: 'requests', limit: { atLeast: 1 }, kind: 'state' },
    { what: `of ${BURST} reads at once, refused`, value: count('refused'), unit: 'requests', limit: { atLeast: LEAST_REFUSED }, kind: 'state' },
    { what: 'reads beyond the cap, by the metric', value: await byMetric(), unit: 'requests', limit: { atLeast: LEAST_REFUSED }, kind: 'state' },
  ];
}

/** It is the cap that is to refuse: neither the process for how much it has to do, nor a slowed primary for the connections it would still have to open. */
function capVariables({ name }: Scale): Variables {
  return { MAX_REQUESTS_IN_FLIGHT: '1000', DATABASE_POOL_MIN: '20', ...(name === 'fast' && { REQUEST_DEADLINE_SECONDS: '6' }) };
}

const noReplica: Fault = {
  id: 'F8',
  title: 'all replicas down, then back',
  run: (scale) =>
    Web5Bed.during(scale, { variables: capVariables(scale) }, async (bed) => {
      const { replicas } = bed.cluster;
      await bed.untilReplicas('healthy', 2);
      const began = performance.now();
      const loading = bed.load(scale.loadSeconds * 1.5);
      await sleep((scale.loadSeconds * 1_000) / 5);
      await Promise.all(replicas.map(({ proxy }) => proxy.cut()));
      await bed.untilReplicas('ejected', 2);
      const onPrimary = await bed.rise('database_queries_total', { query: 'findIdentity', role: 'primary', outcome: 'ok' });
      await sleep((scale.loadSeconds * 1_000) / 5);
      const readsOfPrimary = await onPrimary();
      const from = performance.now() - began;
      const burst = await exceedCap(bed);
      const to = performance.now() - began;
      await Promise.all(replicas.map(({ proxy }) => proxy.restore()));
      const backMillis = await millisOf(bed.untilReplicas('healthy', 2));
      const onReplicas = await bed.rise('database_queries_total', { query: 'findIdentity', role: 'replica', outcome: 'ok' });
      await Promise.all(Array.from({ length: 10 }, (_, index) => bed.send(bed.resolution(index))));
      const results = await loading;
      const outside = results.filter(({ atMillis, millis }) => atMillis + millis < from || atMillis > to);
      return [
        requests('failed writes', errorsOf(results.filter(isWrite)).length),
        requests('failed reads, but for those beside the burst', errorsOf(outside.filter(isRead)).length),
        requests('neither answered nor refused with Retry-After', errorsOf(results, isRefusal).length),
        { what: 'reads of the primary while there is no replica', value: readsOfPrimary, unit: 'requests', limit: { atLeast: 1 }, kind: 'state' },
        ...burst,
        { what: 'reads on replicas once they are back', value: await onReplicas(), unit: 'requests', limit: { atLeast: 10 }, kind: 'state' },
        { what: 'time until they are used again', value: backMillis, unit: 'ms', limit: { atMost: 5_000 }, kind: 'timing' },
      ];
    }),
};

/** How often the replica of F9 goes down. */
const FLAPS = 10;

const flappingReplica: Fault = {
  id: 'F9',
  title: 'a replica flaps 5 s up, 5 s down, 10 times',
  run: (scale) =>
    Web5Bed.during(scale, {}, async (bed) => {
      const { proxy } = lostReplica(bed);
      await bed.untilReplicas('healthy', 2);
      const loading = bed.load((FLAPS * bed.millis(10)) / 1_000);
      const ejectionSeconds: number[] = [];
      for (let flap = 0; flap < FLAPS; flap += 1) {
        await proxy.cut();
        await sleep(bed.millis(5));
        ejectionSeconds.push(await bed.metric('database_replica_ejection_seconds', { replica: 0 }));
        await proxy.restore();
        await sleep(bed.millis(5));
      }
      const results = await loading;
      const [first = NaN] = ejectionSeconds.filter((seconds) => seconds > 0);
      return [
        errors(results),
        { what: 'the longest ejection, by the first', value: Math.max(...ejectionSeconds) / first, unit: 'times', limit: { atLeast: 2 }, kind: 'state' },
      ];
    }),
};

export const replicaFaults: readonly Fault[] = [killedReplica, refusingReplica, hangingReplica, noReplica, flappingReplica];
