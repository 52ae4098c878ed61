import { until } from '../testing/service-process';
import { UNREACHED_POSITION } from '../wal-position';
import { openCache, Source } from './testing';

const absent = { kind: 'absent' };
const value = (stored: unknown) => ({ kind: 'value', value: stored });

let source: Source;
beforeEach(() => {
  source = new Source();
});

/** A cache, and look-ups whose loads have read and wait until they may end. */
function open() {
  const { cache } = openCache();
  const paused: (() => void)[] = [];
  const pause = () => new Promise<void>((resolve) => paused.push(resolve));
  const ask = (atLeast = 0) => Promise.resolve(cache.get({ key: 'key', tags: [], ...(atLeast > 0 && { atLeast }), load: (needed) => source.load('key', needed, pause) }));
  return { cache, ask, begun: (count: number) => until(() => paused.length === count), finish: (load: number) => paused[load - 1]?.() };
}

it('loads twice for any number of clients whose write has no known position: under way when most asked, and after it', async () => {
  const { ask, begun, finish } = open();
  source.replayed = source.written;
  const first = ask(UNREACHED_POSITION);
  await begun(1);
  source.write('key', 1);
  const others = Array.from({ length: 99 }, () => ask(UNREACHED_POSITION));
  finish(1);
  expect((await first).content).toEqual(absent);
  await begun(2);
  // The twin: whoever writes now is not answered by the load that is under way.
  source.write('key', 2);
  const late = ask(UNREACHED_POSITION);
  finish(2);
  for (const { content } of await Promise.all(others)) expect(content).toEqual(value(1));
  await begun(3);
  finish(3);
  expect((await late).content).toEqual(value(2));
  expect(source.loads).toBe(3);
});

it('answers such a client by no load that asked for less, though it began later', async () => {
  const { cache, ask, begun, finish } = open();
  source.replayed = source.written;
  const first = ask();
  await begun(1);
  source.write('key', 1);
  const writer = ask(UNREACHED_POSITION);
  // Nobody knows where, so that the replica may be asked.
  await cache.invalidate({ keys: ['key'], tags: [], position: 0 });
  const reader = ask();
  await begun(2);
  finish(1);
  await first;
  finish(2);
  expect((await reader).content).toEqual(absent);
  await begun(3);
  finish(3);
  expect((await writer).content).toEqual(value(1));
});

it('tells any number of clients after two loads that nothing has come so far as they say, each of its own position', async () => {
  const { cache } = openCache();
  let flights = 0;
  const load = (atLeast?: number) => {
    if (atLeast === UNREACHED_POSITION) flights += 1;
    return source.load('key', atLeast);
  };
  const positions = [3_000, 2_000, ...Array.from({ length: 98 }, (_, index) => 1_000 + (index % 2))];
  const results = await Promise.allSettled(positions.map((atLeast) => cache.get({ key: 'key', tags: [], atLeast, load })));
  expect(results.map((result) => result.status === 'rejected' && result.reason)).toMatchObject(positions.map((position) => ({ status: 400, position })));
  expect(flights).toBe(2);
});
