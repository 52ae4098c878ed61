import { UNREACHED_POSITION } from '../wal-position';
import { Journal, JOURNAL_LIMIT } from './journal';
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

it('makes everything old when it is too much', () => {
  const journal = open();
  for (let index = 0; index <= JOURNAL_LIMIT; index += 1) journal.add({ keys: [String(index)], tags: [], position: index });
  millis += 100;
  expect(journal.unconfirmed).toEqual([{ keys: [], tags: [EVERYTHING], position: JOURNAL_LIMIT }]);
});

it('keeps a position that is not known from what has one', () => {
  const journal = open();
  journal.add(invalidation('a', 10));
  journal.add({ keys: ['b'], tags: [], position: UNREACHED_POSITION });
  millis += 100;
  expect(journal.unconfirmed).toEqual([invalidation('a', 10), { keys: ['b'], tags: [], position: UNREACHED_POSITION }]);
  for (let index = 0; index <= JOURNAL_LIMIT; index += 1) journal.add({ keys: [String(index)], tags: [], position: UNREACHED_POSITION });
  millis += 100;
  expect(journal.unconfirmed).toContainEqual({ keys: [], tags: [EVERYTHING], position: 10 });
});
