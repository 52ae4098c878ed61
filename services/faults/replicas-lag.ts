import { setTimeout as sleep } from 'node:timers/promises';
import { hasEnded, until } from '../lib/testing/service-process';
import type { Check, Fault } from './fault';
import { errorsOf } from './load';
import { creation, isRead, Web5Bed } from './web5-bed';

/** F11 and F12: replicas that have done nothing wrong. */

/** Connections that each pool of F11 keeps open, no more and no fewer. */
const POOL = 20;
const keptFull = { DATABASE_POOL_MIN: String(POOL), DATABASE_POOL_MAX: String(POOL), DATABASE_REPLICA_POOL_MIN: String(POOL), DATABASE_REPLICA_POOL_MAX: String(POOL) };

const endedSessions: Fault = {
  id: 'F11',
  title: 'every backend terminated',
  run: (scale) =>
    Web5Bed.during(scale, { variables: keptFull }, async (bed) => {
      const servers = [bed.cluster.primary, ...bed.cluster.replicas];
      const ours = "FROM pg_stat_activity WHERE application_name = 'web5-service'";
      const pids = async () => (await Promise.all(servers.map((server) => bed.cluster.administer(server, `SELECT pid ${ours}`)))).map((rows) => rows.map(({ pid }) => pid));
      await bed.untilReplicas('healthy', 2);
      const loading = bed.load();
      await sleep((scale.loadSeconds * 1_000) / 3);
      await until(async () => (await pids()).every(({ length }) => length === POOL));
      // Some reads are then waiting for their answers, which do not come.
      for (const { proxy } of servers) proxy.delay(scale.name === 'fast' ? 150 : 30);
      const before = (await pids()).flat();
      await Promise.all(servers.map((server) => bed.cluster.administer(server, `SELECT pg_terminate_backend(pid) ${ours}`)));
      const start = performance.now();
      for (const { proxy } of servers) proxy.delay(0);
      const isFull = async () => (await pids()).every((now) => now.filter((pid) => !before.includes(pid)).length === POOL);
      await until(() => hasEnded(bed.pod) || isFull());
      const fullMillis = performance.now() - start;
      const results = await loading;
      return [
        { what: 'failed reads', value: errorsOf(results.filter(isRead)).length, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
        { what: 'processes that ended', value: hasEnded(bed.pod) ? 1 : 0, unit: 'processes', limit: { exactly: 0 }, kind: 'state' },
        { what: 'replicas put out', value: hasEnded(bed.pod) ? NaN : await bed.metric('database_replica_ejections_total'), unit: 'replicas', limit: { exactly: 0 }, kind: 'state' },
        { what: 'time until all pools were full', value: fullMillis, unit: 'ms', limit: { atMost: 2_000 }, kind: 'timing' },
      ];
    }),
};

/** Write-then-read pairs of F12. */
const PAIRS = 1_000;
const CLIENTS = 10;
const SAMPLE_SECONDS = 1;

/** Writes on one pod, reads on another, each time with the token in the other way. @returns how many reads saw their write */
async function writeThenRead(bed: Web5Bed, pairs: number): Promise<number> {
  const [one, other] = bed.pods;
  let seen = 0;
  const client = async (): Promise<void> => {
    for (let pair = 0; pair < pairs / CLIENTS; pair += 1) {
      const written = await bed.send(creation(), one);
      const token = written.headers.get('X-Consistency-Token') ?? '';
      const cookie = (written.headers.get('Set-Cookie') ?? '').split(';', 1)[0] ?? '';
      const headers: Record<string, string> = pair % 2 === 0 ? { 'X-Consistency-Token': token } : { Cookie: cookie };
      const read = await bed.send({ method: 'GET', path: written.headers.get('Location') ?? '', headers }, other);
      if (written.status === 201 && read.status === 200) seen += 1;
      await Promise.all([written.text(), read.text()]);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return seen;
}

/** Waits until every server has been asked where it is, by a round that began after this call. */
async function untilSampled(bed: Web5Bed): Promise<void> {
  const samples = await bed.rise('database_queries_total', { query: 'replayedPosition', role: 'primary' });
  // The first may have begun before, and of the last the replicas may not have been asked yet.
  await until(async () => (await samples()) >= 3);
}

const laggingReplicas: Fault = {
  id: 'F12',
  title: 'replication lag 10 s',
  run: (scale) =>
    Web5Bed.during(scale, { pods: 2 }, async (bed) => {
      const { replicas } = bed.cluster;
      const pairs = PAIRS / scale.countDivisor;
      const readAll = () => Promise.all(Array.from({ length: 50 }, (_, index) => bed.send(bed.resolution(index))));
      const onReplicas = () => bed.rise('database_queries_total', { query: 'findIdentity', role: 'replica' });
      await bed.untilReplicas('healthy', 2);
      const readsBefore = await onReplicas();
      await readAll();
      const before = await readsBefore();
      await Promise.all(replicas.map(({ server }) => server.pauseReplay()));
      // Its twin: without its token a client does not see what it has written, while replicas that lag a little may be read.
      const blind = await bed.send(creation());
      const behindSince = performance.now();
      const unseen = await bed.send({ method: 'GET', path: blind.headers.get('Location') ?? '' });
      const seen = await writeThenRead(bed, pairs);
      await bed.untilReplicas('lagging', 2);
      const readsMeanwhile = await onReplicas();
      const answers = await readAll();
      const meanwhile = await readsMeanwhile();
      await sleep(Math.max(0, behindSince + bed.millis(10) - performance.now()));
      await untilSampled(bed);
      const lagSeconds = Math.min(...(await Promise.all([0, 1].map((replica) => bed.metric('database_replica_lag_seconds', { replica })))));
      await Promise.all(replicas.map(({ server }) => server.resumeReplay()));
      await bed.untilReplicas('healthy', 2);
      return [
        { what: 'writes that their client saw', value: seen, unit: 'pairs', limit: { exactly: pairs }, kind: 'state' },
        { what: 'status of a read without its token', value: unseen.status, unit: '(404: not there yet)', limit: { exactly: 404 }, kind: 'state' },
        { what: 'reads of replicas that do not lag', value: before, unit: 'requests', limit: { atLeast: 1 }, kind: 'state' },
        { what: 'reads of replicas that lag', value: meanwhile, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
        { what: 'reads without a replica that failed', value: answers.filter(({ status }) => status !== 200).length, unit: 'requests', limit: { exactly: 0 }, kind: 'state' },
        // One sample may have passed before the primary was seen to be ahead.
        { what: 'lag as a metric', value: lagSeconds, unit: 's', limit: { atLeast: 10 / scale.speed - SAMPLE_SECONDS / scale.speed }, kind: 'state' },
      ] satisfies readonly Check[];
    }),
};

export const lagFaults: readonly Fault[] = [endedSessions, laggingReplicas];
