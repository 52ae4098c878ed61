import fc from 'fast-check';
import { redisIsInstalled, RedisServer, testWithRedis } from '../testing/redis';
import { until } from '../testing/service-process';
import { openCache, Source } from './testing';

let server: RedisServer;
beforeAll(async () => {
  if (redisIsInstalled()) server = await RedisServer.start();
});
afterAll(async () => {
  if (redisIsInstalled()) await server.stop();
});

type Step =
  | { readonly kind: 'read'; readonly process: 0 | 1; readonly pauses: number; readonly own: boolean }
  | { readonly kind: 'write'; readonly process: 0 | 1; readonly tag: boolean; readonly deletes: boolean }
  | { readonly kind: 'replay' }
  | { readonly kind: 'turns'; readonly count: number };

const processes = fc.constantFrom(0 as const, 1 as const);
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const), process: processes, pauses: fc.nat(6), own: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('write' as const), process: processes, tag: fc.boolean(), deletes: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('replay' as const) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('turns' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  ),
  { minLength: 4, maxLength: 14 },
);

/** Lets what is under way in this process and on its sockets go on for a while. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

testWithRedis('1,000 interleavings of reads, writes and invalidations in two processes over a lagging replica: nothing old comes back', async () => {
  const redisUrl = new URL(server.url);
  const both = [0, 1].map(() => openCache({ redisUrl, times: { redisTimeoutMillis: 30_000 } }));
  const [one, other] = both;
  if (one === undefined || other === undefined) throw new Error('two caches');
  await until(() => both.every(({ cache }) => cache.status.redis?.isLive === true));
  await until(async () => (await Promise.all(both.map(async ({ cache, metrics }, index) => {
    await cache.get({ key: `first-${index}-${Math.random()}`, tags: [], load: () => Promise.resolve({ content: { kind: 'absent' }, seen: 0 }) });
    return metrics.misses.redis > 0;
  }))).every(Boolean));
  const source = new Source();
  source.replayed = 1;
  let round = 0;
  const told = [0, 0];

  const play = async (plan: readonly Step[]): Promise<void> => {
    round += 1;
    const key = `key-${round}`;
    const tags = [`tag-${round}`];
    let written = 0;
    const ownPositions = [0, 0];
    const under: Promise<unknown>[] = [];
    const read = (process: 0 | 1, pauses: number, atLeast: number) =>
      Promise.resolve(both[process]?.cache.get({ key, tags, ...(atLeast > 0 && { atLeast }), load: (position) => source.load(key, position, () => turns(pauses)) }));
    const current = () => source.load(key, Number.MAX_SAFE_INTEGER);
    const write = async (process: 0 | 1, tag: boolean, deletes: boolean): Promise<void> => {
      written += 1;
      const position = source.write(key, deletes ? undefined : `${round}-${written}`);
      ownPositions[process] = position;
      told[process === 0 ? 1 : 0] = (told[process === 0 ? 1 : 0] ?? 0) + 1;
      await both[process]?.cache.invalidate({ keys: tag ? [] : [key], tags: tag ? tags : [], position });
    };
    for (const step of plan) {
      if (step.kind === 'turns') await turns(step.count);
      else if (step.kind === 'replay') source.replayed = source.written;
      else if (step.kind === 'write') under.push(write(step.process, step.tag, step.deletes));
      else {
        const needed = step.own ? (ownPositions[step.process] ?? 0) : 0;
        under.push(read(step.process, step.pauses, needed).then((entry) => expect(entry?.seen).toBeGreaterThanOrEqual(needed)));
      }
    }
    await Promise.all(under);
    await until(() => both.every(({ cache }, process) => cache.status.invalidations.heard === told[process]));
    // The replica may still lag; nothing may show what it was before the last write.
    const { content } = await current();
    for (const process of [0, 1, 1, 0] as const) expect((await read(process, 0, 0))?.content).toEqual(written === 0 ? { kind: 'absent' } : content);
  };
  try {
    await fc.assert(fc.asyncProperty(steps, play), { numRuns: 1_000, endOnFailure: true });
  } finally {
    await Promise.all(both.map(({ cache }) => cache.close()));
  }
});
