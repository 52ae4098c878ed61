import { setTimeout as sleep } from 'node:timers/promises';
import type { Check, Fault } from './fault';
import { errorsOf, isRefusal, percentile, type LoadResult } from './load';
import { isRead, Web5Bed } from './web5-bed';

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
      const [before, since] = [proxy.accepted, performance.now()];
      const results = await loading;
      const possible = Math.floor((performance.now() - since) / bed.millis(5)) + 1;
      return [
        failedReads(results),
        { what: 'connections to it once it was out', value: proxy.accepted - before, unit: 'probes', limit: { atMost: possible }, kind: 'state' },
        { what: 'time until it was out', value: outMillis, unit: 'ms', limit: { atMost: 1_000 }, kind: 'timing' },
      ];
    }),
};

const refusingReplica: Fault = {
  id: 'F6',
  title: 'a replica refuses connections at start',
  run: async (scale) => {
    const start = performance.now();
    let began = start;
    const before = async (cluster: Web5Bed['cluster']): Promise<void> => {
      await cluster.replicas[0]?.proxy.cut();
      began = performance.now();
    };
    return Web5Bed.during(scale, { before }, async (bed) => {
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

const noReplica: Fault = {
  id: 'F8',
  title: 'all replicas down, then back',
  run: (scale) =>
    Web5Bed.during(scale, {}, async (bed) => {
      const { primary, replicas } = bed.cluster;
      await bed.untilReplicas('healthy', 2);
      const loading = bed.load();
      await sleep((scale.loadSeconds * 1_000) / 5);
      await Promise.all(replicas.map(({ proxy }) => proxy.cut()));
      await bed.untilReplicas('ejected', 2);
      await sleep((scale.loadSeconds * 1_000) / 5);
      // So slow that the cap is reached: ten reads at once, and a hundred that wait.
      primary.proxy.delay(300);
      const burst = await Promise.all(Array.from({ length: 200 }, (_, index) => bed.send(bed.resolution(index))));
      primary.proxy.delay(0);
      await Promise.all(replicas.map(({ proxy }) => proxy.restore()));
      const backMillis = await millisOf(bed.untilReplicas('healthy', 2));
      const reads = () => bed.metric('database_queries_total', { query: 'findIdentity', role: 'replica', outcome: 'ok' });
      const before = await reads();
      await Promise.all(Array.from({ length: 10 }, (_, index) => bed.send(bed.resolution(index))));
      const results = await loading;
      return [
        requests('neither answers nor refusals that say when to try again', errorsOf(results, isRefusal).length),
        { what: 'of 200 reads at once, refused beyond the cap', value: burst.filter((answer) => answer.status === 503 && answer.headers.has('Retry-After')).length, unit: 'requests', limit: { atLeast: 90 }, kind: 'state' },
        requests('of these neither answered nor refused', burst.filter((answer) => answer.status !== 200 && answer.status !== 503).length),
        { what: 'reads on replicas once they are back', value: (await reads()) - before, unit: 'requests', limit: { atLeast: 10 }, kind: 'state' },
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
