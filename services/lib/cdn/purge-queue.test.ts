import { CircuitState } from 'cockatiel';
import pino from 'pino';
import { FAILURES_TO_OPEN } from '../layered-cache/layer-guard';
import { until } from '../testing/service-process';
import type { PurgeApi } from './cdn';
import { PURGE_MILLIS, PurgeQueue, WAITING_LIMIT } from './purge-queue';

/** A CDN that a test lets fail. */
class FakeApi implements PurgeApi {
  readonly batch = 3;
  readonly calls: (readonly string[])[] = [];
  atOnce = 0;
  mostAtOnce = 0;
  failing = false;
  hanging = false;
  onCall: () => void = () => undefined;
  onDone: () => void = () => undefined;

  constructor(readonly everyPath: string | undefined) {}

  async purge(paths: readonly string[]): Promise<void> {
    this.calls.push(paths);
    this.onCall();
    if (this.hanging) await new Promise(() => undefined);
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    this.atOnce -= 1;
    this.onDone();
    if (this.failing) throw new Error('throttled');
  }
}

function open(api: PurgeApi, now?: () => number) {
  const lines: unknown[] = [];
  const logger = pino({ level: 'warn', base: {} }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { queue: new PurgeQueue({ api, logger, collectMillis: 5, timeoutMillis: 1_000, retryMillis: 5, ...(now !== undefined && { now }) }), lines };
}

it('collects paths, each once, and purges them in batches, one at a time', async () => {
  const api = new FakeApi('/*');
  const { queue } = open(api);
  for (const path of ['/1', '/2', '/2', '/3', '/4']) queue.purge([path]);
  expect(api.calls).toEqual([]);
  await until(() => queue.status.waiting === 0 && api.atOnce === 0);
  expect(api.calls).toEqual([['/1', '/2', '/3'], ['/4']]);
  expect(api.mostAtOnce).toBe(1);
  queue.purge(['/1']);
  await until(() => api.calls.length === 3);
});

it('tries again for as long as the CDN may keep what it has, and then says which are lost', async () => {
  const api = new FakeApi('/*');
  let millis = 0;
  const { queue, lines } = open(api, () => millis);
  const isGivenUp = () => lines.some((line) => JSON.stringify(line).includes('could not be told'));
  api.failing = true;
  queue.purge(['/1']);
  millis = PURGE_MILLIS - 1;
  await until(() => queue.status.errors > 5);
  expect(isGivenUp()).toBe(false);
  millis = PURGE_MILLIS;
  await until(isGivenUp);
  expect(queue.status).toMatchObject({ waiting: 0 });
  api.failing = false;
  queue.purge(['/2']);
  await until(() => api.calls.at(-1)?.[0] === '/2');
});

it('purges all when there are too many paths, or leaves those too many where a CDN cannot', async () => {
  const many = Array.from({ length: WAITING_LIMIT + 1 }, (_, index) => `/${index}`);
  const able = new FakeApi('/*');
  const { queue } = open(able);
  queue.purge(many);
  await queue.close();
  expect(able.calls).toEqual([['/*']]);
  const { queue: other } = open(new FakeApi(undefined));
  other.purge(many);
  // The first batch is under way.
  expect(other.status.waiting).toBe(WAITING_LIMIT - 3);
});

it('purges what waits before it ends', async () => {
  const api = new FakeApi('/*');
  const queue = new PurgeQueue({ api, logger: pino({ level: 'silent' }), collectMillis: 3_600_000 });
  queue.purge(['/1']);
  await queue.close();
  expect(api.calls).toEqual([['/1']]);
});

it('tries each path for as long as any other', async () => {
  const api = new FakeApi('/*');
  let millis = 0;
  const { queue } = open(api, () => millis);
  api.failing = true;
  queue.purge(['/1']);
  await until(() => api.calls.length > 0);
  millis = PURGE_MILLIS;
  queue.purge(['/2']);
  await until(() => api.calls.some((paths) => paths.length === 1 && paths[0] === '/2'));
  api.failing = false;
  await until(() => queue.status.waiting === 0);
  expect(api.calls.at(-1)).toEqual(['/2']);
});

it('waits for more only while there is less than a batch', async () => {
  const api = new FakeApi('/*');
  const queue = new PurgeQueue({ api, logger: pino({ level: 'silent' }), collectMillis: 3_600_000 });
  queue.purge(['/1', '/2', '/3', '/4', '/5', '/6', '/7']);
  await until(() => api.calls.length === 2);
  expect(queue.status.waiting).toBe(1);
  await queue.close();
  expect(api.calls.at(-1)).toEqual(['/7']);
});

it('gives up calls that take too long, and after some leaves the CDN alone for a while', async () => {
  const api = new FakeApi('/*');
  api.hanging = true;
  const queue = new PurgeQueue({ api, logger: pino({ level: 'silent' }), collectMillis: 1, timeoutMillis: 20, retryMillis: 5 });
  queue.purge(['/1']);
  await until(() => queue.status.breakerState === CircuitState.Open);
  expect(queue.status.errors).toBeGreaterThanOrEqual(FAILURES_TO_OPEN);
  api.hanging = false;
  await until(() => queue.status.breakerState === CircuitState.Closed && queue.status.waiting === 0);
  expect(new Set(api.calls.map(String))).toEqual(new Set(['/1']));
  await queue.close();
});

it('ends within the time of one call, however much waits', async () => {
  const api = new FakeApi('/*');
  api.hanging = true;
  const lines: string[] = [];
  const queue = new PurgeQueue({ api, logger: pino({}, { write: (line: string) => void lines.push(line) }), timeoutMillis: 50 });
  queue.purge(Array.from({ length: 12 }, (_, index) => `/${index}`));
  await queue.close();
  expect(queue.status.waiting).toBe(0);
  expect(api.calls.length).toBeLessThanOrEqual(2);
  expect(lines.join()).toContain('could not be told');
});

it('leaves nothing that is given while it finishes', async () => {
  for (let turns = 0; turns < 20; turns += 1) {
    const api = new FakeApi('/*');
    const { queue } = open(api);
    api.onDone = () => {
      api.onDone = () => undefined;
      void (async () => {
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        queue.purge(['/late']);
      })();
    };
    queue.purge(['/1']);
    await until(() => api.calls.length === 2 && queue.status.waiting === 0);
  }
});
