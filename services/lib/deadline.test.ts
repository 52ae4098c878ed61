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

it('has earlier parts, never later ones', () => {
  const { now, set } = clock();
  const deadline = Deadline.after(500, now);
  set(1_100);
  const parts = [deadline.part(0.5), deadline.part(0.5, 150), deadline.part(0.5, 800), deadline.part(1)];
  expect(parts.map(({ remainingMillis }) => remainingMillis)).toEqual([200, 150, 200, 400]);
  set(1_200);
  expect(parts.map(({ remainingMillis }) => remainingMillis)).toEqual([100, 50, 100, 300]);
  set(2_000);
  expect(deadline.part(0.5).passed).toBe(true);
});
