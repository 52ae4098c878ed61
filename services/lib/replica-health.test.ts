import { FAILURE_LIMIT, FORGIVENESS, ReplicaHealth } from './replica-health';

let now: number;
let health: ReplicaHealth;
beforeEach(() => {
  now = 0;
  health = new ReplicaHealth({ probeMillis: 5_000, now: () => now });
});

function bringIn(): void {
  expect(health.beginProbe(true)).toBe(true);
  health.readmit();
}
/** @returns for how many seconds it is out then */
function putOut(): number {
  for (let failure = 1; failure < FAILURE_LIMIT; failure += 1) expect(health.failed()).toBe(false);
  expect(health.failed()).toBe(true);
  return health.ejectionSeconds;
}

it('begins outside, with a probe due', () => {
  expect(health.isIn).toBe(false);
  expect(health.beginProbe(false)).toBe(true);
  health.readmit();
  expect(health.isIn).toBe(true);
  expect(health.ejectionSeconds).toBe(0);
});

it('is out after three failures in a row, not in all', () => {
  bringIn();
  for (let round = 0; round < 10; round += 1) {
    health.failed();
    health.failed();
    health.succeeded();
  }
  expect(health.isIn).toBe(true);
  expect(putOut()).toBe(5);
  expect(health.isIn).toBe(false);
  // What was under way when it was put out changes nothing.
  expect(health.failed()).toBe(false);
  health.succeeded();
  expect(health.isIn).toBe(false);
});

it('is probed at most once in five seconds, sooner when nobody else answers', () => {
  bringIn();
  putOut();
  const probes = (urgent: boolean): number => {
    const begun = now;
    let count = 0;
    for (; now < begun + 20_000; now += 100) if (health.beginProbe(urgent)) count += 1;
    return count;
  };
  now += 1;
  expect(probes(false)).toBe(3);
  expect(probes(true)).toBe(200);
});

it('stays out longer each time when it fails soon again, within bounds', () => {
  const seconds = Array.from({ length: 6 }, () => {
    bringIn();
    now += 5_000;
    return putOut();
  });
  expect(seconds).toEqual([5, 10, 20, 40, 40, 40]);
});

it('makes up for its ejections while it stays in', () => {
  for (let ejection = 0; ejection < 3; ejection += 1) {
    bringIn();
    putOut();
  }
  bringIn();
  now += FORGIVENESS * 5_000;
  expect(putOut()).toBe(20);
  bringIn();
  now += 10 * FORGIVENESS * 5_000;
  expect(putOut()).toBe(5);
});
