import { DatabaseError } from 'pg';
import { BREAKER_FAILURES, BREAKER_OPEN_SECONDS, DatabaseBreaker } from './database-breaker';
import { DatabaseUnavailableError, type UnavailableReason } from './database-error';

let now: number;
let breaker: DatabaseBreaker;
beforeEach(() => {
  now = 0;
  breaker = new DatabaseBreaker({ now: () => now });
});

const failures: readonly UnavailableReason[] = ['failed', 'late'];
const nothings: readonly (UnavailableReason | 'our own error')[] = ['lost', 'slow', 'hurried', 'busy', 'refused', 'our own error'];
const sqlError = Object.assign(new DatabaseError('no such table', 0, 'error'), { code: '42P01' });
const errorOf = (end: UnavailableReason | 'our own error'): Error => (end === 'our own error' ? new TypeError('ours') : new DatabaseUnavailableError(undefined, end));

const answer = (): Promise<string> => breaker.run(() => Promise.resolve('answer'));
const probe = (): Promise<string> => breaker.run(() => Promise.resolve('answer'), true);
const end = (error: Error): Promise<unknown> => breaker.run(() => Promise.reject(error)).catch((caught: unknown) => caught);
const fail = async (count: number, reason: UnavailableReason = 'failed'): Promise<void> => {
  for (let failure = 0; failure < count; failure += 1) await end(errorOf(reason));
};
/** Opens it, and waits until it may be tried. */
const untilTrial = async (): Promise<void> => {
  await fail(BREAKER_FAILURES);
  expect(breaker.isOpen).toBe(true);
  now += BREAKER_OPEN_SECONDS * 1_000;
};
/** A query that is under way until it is told how it ends. */
const begin = (isProbe = false) => {
  let settle: { readonly resolve: (value: string) => void; readonly reject: (error: Error) => void } | undefined;
  const done = breaker.run(() => new Promise<string>((resolve, reject) => (settle = { resolve, reject })), isProbe).catch((error: unknown) => error);
  return { done, answer: () => settle?.resolve('answer'), fail: (error: Error) => settle?.reject(error) };
};

it('hands through what the work comes to, be it good or bad', async () => {
  expect(await answer()).toBe('answer');
  expect(await end(sqlError)).toBe(sqlError);
});

describe('while closed', () => {
  it.each(failures)('opens after five that are %s, not after four', async (reason) => {
    let opened = 0;
    breaker.onOpen(() => (opened += 1));
    await fail(BREAKER_FAILURES - 1, reason);
    expect(breaker.isOpen).toBe(false);
    await fail(1, reason);
    expect(breaker.isOpen).toBe(true);
    expect(opened).toBe(1);
    await expect(answer()).rejects.toMatchObject({ reason: 'refused' });
  });

  it.each([
    ['an answer', answer],
    ['an error of SQL', () => end(sqlError)],
  ])('begins to count anew after %s', async (_what, live) => {
    for (let round = 0; round < 3; round += 1) {
      await fail(BREAKER_FAILURES - 1);
      await live();
    }
    expect(breaker.isOpen).toBe(false);
  });

  it.each(nothings)('does not count one that is %s, nor begins anew after it', async (reason) => {
    for (let count = 0; count < 2 * BREAKER_FAILURES; count += 1) await end(errorOf(reason));
    expect(breaker.isOpen).toBe(false);
    await fail(BREAKER_FAILURES - 1);
    await end(errorOf(reason));
    expect(breaker.isOpen).toBe(false);
    await fail(1);
    expect(breaker.isOpen).toBe(true);
  });
});

describe('opened since the server is known to be of no use', () => {
  it('refuses at once, and closes by the next trial', async () => {
    let opened = 0;
    breaker.onOpen(() => (opened += 1));
    await answer();
    breaker.open();
    expect(opened).toBe(1);
    await expect(answer()).rejects.toMatchObject({ reason: 'refused' });
    now += BREAKER_OPEN_SECONDS * 1_000;
    await answer();
    expect(breaker.isOpen).toBe(false);
  });

  it('stays open when a trial shows that again', async () => {
    await untilTrial();
    const trial = begin();
    breaker.open();
    await expect(probe()).rejects.toMatchObject({ reason: 'refused' });
    trial.fail(errorOf('failed'));
    await trial.done;
    expect(breaker.isOpen).toBe(true);
    expect(await probe()).toBe('answer');
  });
});

describe('while open', () => {
  it('lets one query try the server after a second, and refuses others meanwhile', async () => {
    await fail(BREAKER_FAILURES);
    now += BREAKER_OPEN_SECONDS * 1_000 - 1;
    await expect(answer()).rejects.toMatchObject({ reason: 'refused' });
    now += 1;
    const trial = begin();
    await expect(answer()).rejects.toMatchObject({ reason: 'refused' });
    trial.answer();
    expect(await trial.done).toBe('answer');
    expect(breaker.isOpen).toBe(false);
    await answer();
  });

  it.each([
    ['an answer', answer],
    ['an error of SQL', () => end(sqlError)],
  ])('closes by %s, and has forgotten the failures before', async (_what, live) => {
    await untilTrial();
    await live();
    expect(breaker.isOpen).toBe(false);
    await fail(BREAKER_FAILURES - 1);
    expect(breaker.isOpen).toBe(false);
    await fail(1);
    expect(breaker.isOpen).toBe(true);
  });

  it.each([...failures, ...nothings])('stays open after a trial that is %s, and may be tried again after a second', async (reason) => {
    await untilTrial();
    const error = errorOf(reason);
    expect(await end(error)).toBe(error);
    expect(breaker.isOpen).toBe(true);
    await expect(answer()).rejects.toMatchObject({ reason: 'refused' });
    now += BREAKER_OPEN_SECONDS * 1_000;
    await answer();
    expect(breaker.isOpen).toBe(false);
  });

  it('is not moved by what was asked before it opened', async () => {
    const early = Array.from({ length: 3 }, () => begin());
    await untilTrial();
    early[0]?.answer();
    await early[0]?.done;
    expect(breaker.isOpen).toBe(true);
    const trial = begin();
    early[1]?.fail(errorOf('late'));
    await early[1]?.done;
    early[2]?.answer();
    await early[2]?.done;
    // The trial is still the only one, and its answer counts.
    await expect(answer()).rejects.toMatchObject({ reason: 'refused' });
    trial.answer();
    await trial.done;
    expect(breaker.isOpen).toBe(false);
  });

  it('lets a probe try at any time, but one at once', async () => {
    await fail(BREAKER_FAILURES);
    const trial = begin(true);
    await expect(probe()).rejects.toMatchObject({ reason: 'refused' });
    trial.fail(errorOf('failed'));
    await trial.done;
    expect(await probe()).toBe('answer');
    expect(breaker.isOpen).toBe(false);
  });

  it('lets nothing else try where probes do', async () => {
    breaker = new DatabaseBreaker({ openSeconds: Infinity, now: () => now });
    await fail(BREAKER_FAILURES);
    now += 24 * 3_600_000;
    await expect(answer()).rejects.toMatchObject({ reason: 'refused' });
    await probe();
    await answer();
  });
});
