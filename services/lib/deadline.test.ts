import { Deadline } from './deadline';

function clock(): { now: () => number; set: (millis: number) => void } {
  let millis = 1_000;
  return { now: () => millis, set: (value) => (millis = value) };
}

it('counts down on the clock it is given, and stops at 0', () => {
  const { now, set } = clock();
  const deadline = Deadline.after(500, now);
  expect([deadline.remainingMillis, deadline.passed]).toEqual([500, false]);
  set(1_499);
  expect([deadline.remainingMillis, deadline.passed]).toEqual([1, false]);
  set(1_500);
  expect([deadline.remainingMillis, deadline.passed]).toEqual([0, true]);
  set(9_000);
  expect(deadline.remainingMillis).toBe(0);
});

it('can be made earlier, never later', () => {
  const { now, set } = clock();
  const deadline = Deadline.after(500, now);
  const earlier = deadline.atMost(200);
  const later = deadline.atMost(800);
  set(1_100);
  expect([earlier.remainingMillis, later.remainingMillis, deadline.remainingMillis]).toEqual([100, 400, 400]);
});
