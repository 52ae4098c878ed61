import pino from 'pino';
import { until } from '../lib/testing/service-process';
import { UNREACHED_POSITION } from '../lib/wal-position';
import { DOUBT_LIMIT, Doubts, FIRST_RETRY_MILLIS, LAST_RETRY_MILLIS, SETTLE_MILLIS, type InDoubt } from './doubts';

/** Doubts about a primary that a test lets answer, whose waits end when it says so. */
function open() {
  const primary: { position: number | undefined; asked: number } = { position: undefined, asked: 0 };
  const waits: { readonly millis: number; readonly end: () => void }[] = [];
  const forgotten: (readonly [ids: readonly string[], more: boolean, position: number])[] = [];
  const lines: string[] = [];
  const doubts = new Doubts({
    position: () => {
      primary.asked += 1;
      return primary.position === undefined ? Promise.reject(new Error('no primary')) : Promise.resolve(primary.position);
    },
    forget: ({ ids, more }: InDoubt, position) => {
      forgotten.push([[...ids], more, position]);
      return Promise.resolve();
    },
    logger: pino({}, { write: (line: string) => void lines.push(line) }),
    wait: (millis, signal) =>
      new Promise((resolve, reject) => {
        signal.onabort = () => reject(new Error('aborted'));
        waits.push({ millis, end: resolve });
      }),
  });
  /** Ends the wait after so many others. */
  const pass = async (number: number): Promise<void> => {
    await until(() => waits.length === number);
    waits[number - 1]?.end();
  };
  return { doubts, primary, waits, forgotten, lines, pass };
}

it('asks until the primary answers, less and less often, and once more when it must have ended what it was doing', async () => {
  const { doubts, primary, waits, forgotten, pass } = open();
  doubts.add('a');
  for (let attempt = 1; attempt <= 8; attempt += 1) await pass(attempt);
  expect([forgotten, doubts.has('a'), doubts.has('other')]).toEqual([[], true, false]);
  // It does not matter when it was added, as long as there is no answer.
  doubts.add('b');
  primary.position = 10;
  await pass(9);
  await until(() => waits.length === 10);
  expect(forgotten).toEqual([[['a', 'b'], false, 10]]);
  expect(waits.map(({ millis }) => millis)).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000, 2_000, SETTLE_MILLIS]);
  expect([FIRST_RETRY_MILLIS, LAST_RETRY_MILLIS, doubts.has('a')]).toEqual([100, 2_000, true]);
  // It is away again.
  primary.position = undefined;
  await pass(10);
  await until(() => waits.length === 11);
  expect(forgotten).toHaveLength(1);
  primary.position = 20;
  await pass(11);
  await until(() => !doubts.has('a'));
  expect(forgotten.slice(1)).toEqual([[['a', 'b'], false, 20]]);
  expect([primary.asked, doubts.size]).toEqual([12, 0]);
});

it('takes what is in doubt later by itself: its write may be later than the answer', async () => {
  const { doubts, primary, waits, forgotten, pass } = open();
  primary.position = 10;
  doubts.add('a');
  await until(() => waits.length === 1);
  primary.position = 20;
  doubts.add('b');
  await until(() => waits.length === 2);
  await pass(2);
  await until(() => !doubts.has('b'));
  expect(doubts.has('a')).toBe(true);
  expect(forgotten).toEqual([[['a'], false, 10], [['b'], false, 20], [['b'], false, 20]]);
});

it('remembers so many, and of more that there were more', async () => {
  const { doubts, primary, waits, forgotten } = open();
  for (let index = 0; index < DOUBT_LIMIT; index += 1) doubts.add(String(index));
  doubts.add('0');
  expect(doubts.has('other')).toBe(false);
  doubts.add('one more');
  expect([doubts.has('other'), doubts.size]).toEqual([true, DOUBT_LIMIT]);
  primary.position = 10;
  waits[0]?.end();
  await until(() => forgotten.length === 1 || waits.length === 1);
  waits[0]?.end();
  await until(() => forgotten.length === 1);
  expect(forgotten[0]?.slice(1)).toEqual([true, 10]);
});

it.each([
  ['at the position that the primary says', 10, 10],
  ['at one that is not known where it does not answer, and says so', undefined, UNREACHED_POSITION],
])('tells caches at the end, %s', async (_name, position, told) => {
  const { doubts, primary, waits, forgotten, lines } = open();
  doubts.add('a');
  await until(() => waits.length === 1);
  primary.position = position;
  await doubts.close();
  expect([forgotten, doubts.size, lines.length]).toEqual([[[['a'], false, told]], 0, position === undefined ? 1 : 0]);
});

it('ends without a word when nothing is in doubt', async () => {
  const { doubts, primary, lines } = open();
  await doubts.close();
  expect([primary.asked, lines]).toEqual([0, []]);
});
