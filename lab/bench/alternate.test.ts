import { alternate, medianOf, quantile } from './alternate';

test('both are warmed, then measured in turn, each as often first as second', async () => {
  const order: string[] = [];
  const run = (name: string) => () => order.push(name);
  const samples = await alternate({ rounds: 4, baseline: run('A'), candidate: run('B') });
  expect(order.join('')).toBe('ABABBAABBA');
  expect(samples).toEqual({ baseline: [3, 6, 7, 10], candidate: [4, 5, 8, 9] });
});

test('what one of them throws ends it', async () => {
  await expect(alternate({ rounds: 1, baseline: () => 1, candidate: () => Promise.reject(new Error('broken')) })).rejects.toThrow('broken');
});

test('quantiles do not depend on the order, and leave it as it is', () => {
  const values = [5, 1, 4, 2, 3];
  expect([medianOf(values), quantile(values, 0.99), quantile(values, 0)]).toEqual([3, 5, 1]);
  expect(values).toEqual([5, 1, 4, 2, 3]);
  expect(medianOf([])).toBeNaN();
});
