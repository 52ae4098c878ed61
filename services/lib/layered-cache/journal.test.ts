import { UNREACHED_POSITION } from '../wal-position';
import { CONFIRMED_LIMIT, Journal, JOURNAL_LIMIT } from './journal';
import { EVERYTHING } from './redis-layer';

let millis = 0;
const open = () => new Journal({ settleMillis: 100, keepMillis: 1_000 }, () => millis);
const invalidation = (key: string, position: number) => ({ keys: [key], tags: ['tag'], position });

it('tells what was not confirmed in its time, at the latest position', () => {
  const journal = open();
  journal.add(invalidation('a', 10));
  expect(journal.unconfirmed).toEqual([]);
  millis += 100;
  journal.add({ keys: ['b'], tags: [], position: 20 });
  expect(journal.unconfirmed).toEqual([{ keys: ['a'], tags: ['tag'], position: 10 }]);
  millis += 100;
  expect(journal.unconfirmed).toEqual([{ keys: ['a', 'b'], tags: ['tag'], position: 20 }]);
  journal.confirm(invalidation('a', 10));
  expect(journal.unconfirmed).toEqual([{ keys: ['b'], tags: [], position: 20 }]);
  // What was confirmed is not the later write.
  journal.add(invalidation('a', 30));
  journal.confirm(invalidation('a', 10));
  millis += 100;
  expect(journal.unconfirmed[0]?.keys).toEqual(['b', 'a']);
});

it('keeps for a while what was confirmed, since Redis may lose it', () => {
  const journal = open();
  journal.add(invalidation('a', 10));
  journal.confirm(invalidation('a', 10));
  millis += 999;
  journal.doubt();
  expect(journal.unconfirmed).toEqual([invalidation('a', 10)]);
  journal.confirm(invalidation('a', 10));
  millis += 1;
  journal.doubt();
  expect(journal.unconfirmed).toEqual([]);
});

const one = (index: number) => ({ keys: [String(index)], tags: [], position: index });

it('makes everything old when too much is not confirmed', () => {
  const journal = open();
  for (let index = 1; index <= JOURNAL_LIMIT; index += 1) journal.add(one(index));
  millis += 100;
  expect(journal.unconfirmed).toMatchObject([{ tags: [], position: JOURNAL_LIMIT }]);
  journal.add(one(0));
  millis += 100;
  expect(journal.unconfirmed).toEqual([{ keys: [], tags: [EVERYTHING], position: JOURNAL_LIMIT }]);
});

it('makes nothing old because of how much is confirmed', () => {
  const journal = open();
  const count = 3 * JOURNAL_LIMIT;
  for (let index = 1; index <= count; index += 1) {
    journal.add(one(index));
    journal.confirm(one(index));
  }
  journal.doubt();
  // Redis is not back for a while.
  for (let index = count + 1; index <= count + JOURNAL_LIMIT - CONFIRMED_LIMIT; index += 1) journal.add(one(index));
  millis += 100;
  const [{ keys, tags } = { keys: [], tags: [] }, ...others] = journal.unconfirmed;
  expect([keys.length, keys[0], tags, others]).toEqual([JOURNAL_LIMIT, String(count - CONFIRMED_LIMIT + 1), [], []]);
});

it('keeps the later position, whichever of two writes comes first', () => {
  const journal = open();
  const [earlier, later] = [invalidation('a', 10), invalidation('a', 20)];
  journal.add(later);
  journal.add(earlier);
  millis += 100;
  expect(journal.unconfirmed).toEqual([later]);
  journal.confirm(earlier);
  expect(journal.unconfirmed).toEqual([later]);
  journal.confirm(later);
  expect(journal.unconfirmed).toEqual([]);
  // What is confirmed is not in doubt because of an earlier one, and is not forgotten for it.
  journal.add(earlier);
  millis += 100;
  expect(journal.unconfirmed).toEqual([earlier]);
  journal.confirm(earlier);
  journal.doubt();
  expect(journal.unconfirmed).toEqual([later]);
});

it('keeps a position that is not known from what has one', () => {
  const journal = open();
  journal.add(invalidation('a', 10));
  journal.add({ keys: ['b'], tags: [], position: UNREACHED_POSITION });
  millis += 100;
  expect(journal.unconfirmed).toEqual([invalidation('a', 10), { keys: ['b'], tags: [], position: UNREACHED_POSITION }]);
  for (let index = 0; index <= JOURNAL_LIMIT; index += 1) journal.add({ keys: [`other-${index}`], tags: [], position: 10 });
  millis += 100;
  expect(journal.unconfirmed).toContainEqual({ keys: [], tags: [EVERYTHING], position: UNREACHED_POSITION });
});
