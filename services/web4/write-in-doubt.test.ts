import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { clientOptions } from '../lib/database';
import { DatabaseUnavailableError } from '../lib/database-error';
import { Deadline } from '../lib/deadline';
import { openCacheOf } from '../lib/layered-cache/testing';
import { Metrics } from '../lib/metrics';
import { migrate, readMigrations } from '../lib/migrations';
import { ReadWritePool } from '../lib/read-write-pool';
import { addressOf } from '../lib/testing/database-address';
import { startCluster, type PostgresCluster } from '../lib/testing/postgres-cluster';
import { redisIsInstalled, RedisServer, testWithRedis } from '../lib/testing/redis';
import { until } from '../lib/testing/service-process';
import { AssetCache, isCachedAnswer, sizeOfAnswer } from './asset-cache';
import { SETTLE_MILLIS } from './doubts';
import { AssetStore } from './store';

const logger = pino({ level: 'silent' });
const always = { kind: 'always' } as const;
const soon = () => Deadline.after(10_000);

let cluster: PostgresCluster;
let redis: RedisServer;
const closings: (() => Promise<unknown>)[] = [];
const pools: ReadWritePool[] = [];

beforeAll(async () => {
  cluster = await startCluster('web4', 1);
  if (redisIsInstalled()) redis = await RedisServer.start();
  await migrate(clientOptions(addressOf(cluster.primary.url), { kind: 'off' }, 'test'), await readMigrations('web4', path.join(__dirname, 'migrations')));
});
afterEach(async () => {
  cluster.primary.proxy.release();
  await Promise.all(cluster.replicas.map(({ server }) => server.resumeReplay()));
  pools.length = 0;
  for (const close of closings.splice(0)) await close();
});
afterAll(async () => {
  await cluster.stop();
  if (redisIsInstalled()) await redis.stop();
});

/** What a pod has. The last look at a primary, after it must have ended what it was doing, is when `settle` is called. */
async function openPod() {
  const pool = new ReadWritePool(
    {
      kind: 'primary-and-replicas',
      primary: { address: addressOf(cluster.primary.url), pool: { minimum: 0, maximum: 4 } },
      replicas: { addresses: cluster.replicas.map(({ url }) => addressOf(url)), pool: { minimum: 0, maximum: 4 }, maximumLagSeconds: 3_600, probeSeconds: 0.3, sampleSeconds: 0.1 },
    },
    { service: 'test', tls: { kind: 'off' }, metrics: new Metrics(), logger },
  );
  pools.push(pool);
  const { cache } = openCacheOf({ redisUrl: new URL(redis.url), sizeOf: sizeOfAnswer, isValue: isCachedAnswer, times: { redisTimeoutMillis: 5_000 }, isUnavailable: (error: unknown) => error instanceof DatabaseUnavailableError });
  let isOff = true;
  const wait = async (millis: number, signal: AbortSignal): Promise<void> => {
    do await sleep(10, undefined, { signal, ref: false });
    while (isOff || millis === SETTLE_MILLIS);
  };
  const store = new AssetStore(pool);
  const assets = new AssetCache({ store, cache, cdn: { purge: () => undefined }, leavesDoubt: (error) => error instanceof DatabaseUnavailableError && error.wasAsked, logger, wait });
  closings.push(async () => {
    await assets.close();
    await Promise.all([cache.close(), pool.close()]);
  });
  await until(() => cache.status.redis?.isLive === true && pool.replicas.every(({ state }) => state === 'healthy'));
  const kindOf = async (id: string) => (await assets.find(id, { deadline: soon() })).content.kind;
  const remove = (id: string, deadline = soon()) => assets.write(id, () => store.delete(id, always, deadline));
  return { assets, store, cache, kindOf, remove, ask: () => (isOff = false) };
}

type Pod = Awaited<ReturnType<typeof openPod>>;

/** An asset whose DELETE was done and not answered, by a primary that then crashed; the replica lags behind. */
async function deleteInDoubt({ assets, store, kindOf, remove }: Pod, id: string): Promise<void> {
  const [replica] = cluster.replicas;
  const { position } = await assets.write(id, () => store.put(id, { mediaType: 'text/plain', content: 'old' }, always, soon()));
  await replica?.server.caughtUp();
  // Every pod has heard so: while the primary hangs, replicas are asked less often.
  await until(() => pools.every((pool) => pool.replicas.every((known) => known.position >= position)));
  await replica?.server.pauseReplay();
  // Its connection is open, so that the statement gets through and the answer does not.
  cluster.primary.proxy.hold();
  await expect(remove(id, Deadline.after(1_000))).rejects.toMatchObject({ wasAsked: true });
  await until(async () => (await cluster.administer(cluster.primary, `SELECT FROM assets WHERE id = '${id}'`)).length === 0);
  await cluster.primary.server.kill();
  cluster.primary.proxy.release();
  // Nobody knows better as yet.
  expect(await kindOf(id)).toBe('value');
}

testWithRedis('what was deleted without an answer is gone from all caches once the primary is back, though the replica still has it', async () => {
  const [pod, other, third] = [await openPod(), await openPod(), await openPod()];
  await deleteInDoubt(pod, 'lost');
  await cluster.primary.server.restart();
  // The twin: told without a position, the replica's comes back.
  await pod.cache.invalidate({ keys: ['asset:lost'], tags: [], position: 0 });
  for (const { kindOf } of [pod, other]) expect(await kindOf('lost')).toBe('value');
  pod.ask();
  await until(async () => (await pod.kindOf('lost')) === 'absent');
  await until(async () => (await other.kindOf('lost')) === 'absent');
  expect(await third.kindOf('lost')).toBe('absent');
});

testWithRedis('whoever repeats a DELETE in doubt, and finds it done, has it gone from all caches', async () => {
  const [pod, other] = [await openPod(), await openPod()];
  await deleteInDoubt(pod, 'repeated');
  await cluster.primary.server.restart();
  expect(await other.kindOf('repeated')).toBe('value');
  // The twin: where it is not in doubt, a DELETE of nothing tells nobody.
  await until(() => other.remove('repeated').then(({ value }) => !value, () => false));
  expect(await pod.kindOf('repeated')).toBe('value');
  await until(() => pod.remove('repeated').then(({ value }) => !value, () => false));
  expect(await pod.kindOf('repeated')).toBe('absent');
  await until(async () => (await other.kindOf('repeated')) === 'absent');
});

testWithRedis('a process that ends in doubt leaves the others with what the primary alone can tell', async () => {
  const [pod, other] = [await openPod(), await openPod()];
  await deleteInDoubt(pod, 'left');
  await pod.assets.close();
  await until(() => other.kindOf('left').then(() => false, (error: unknown) => error instanceof DatabaseUnavailableError));
  await cluster.primary.server.restart();
  await until(async () => (await other.kindOf('left').catch(() => undefined)) === 'absent');
});
