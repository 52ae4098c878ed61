import { percentile, quietP99 } from './percentile';

/** A load of 20 s whose requests take 10 ms, but for what a test says. */
const taken = (millisAt: (atMillis: number) => number) => Array.from({ length: 2_000 }, (_, index) => ({ atMillis: index * 10, millis: millisAt(index * 10) }));

it('tells what lasts from the pauses of the machine', () => {
  const pauses = taken((at) => (at % 3_000 < 50 ? 80 : 10));
  expect([percentile(pauses, 0.99), quietP99(pauses)]).toEqual([80, 10]);
  expect(quietP99(taken((at) => (at % 500 < 20 ? 80 : 10)))).toBe(80);
  expect(quietP99(taken((at) => (at < 10_000 ? 10 : 80)))).toBe(10);
  expect(quietP99(taken((at) => (at < 2_000 ? 10 : 80)))).toBe(80);
  expect(quietP99(taken(() => 80), taken(() => 80), taken(() => 10))).toBe(10);
  expect(quietP99(taken(() => 80), taken(() => 80), taken(() => 80), taken(() => 80), taken(() => 10))).toBe(80);
  expect([quietP99(), quietP99([])]).toEqual([NaN, NaN]);
});
