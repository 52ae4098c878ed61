import { secondsToShrink } from './scaling-time';

it.each(['Min', 'Max'])('replays more policies than a call takes arguments, where %s decides', (selectPolicy) => {
  const policies = Array.from({ length: 200_000 }, () => ({ type: 'Pods', value: 1, periodSeconds: 60 }));
  expect(secondsToShrink({ selectPolicy }, policies, 2, 1, 3_600)).toBe(60);
});

it.each([
  ['Min', 120],
  ['Max', 60],
])('lets the policy decide that %s says', (selectPolicy, seconds) => {
  const policies = [1, 2].map((value) => ({ type: 'Pods', value, periodSeconds: 60 }));
  expect(secondsToShrink({ selectPolicy }, policies, 3, 1, 3_600)).toBe(seconds);
});
