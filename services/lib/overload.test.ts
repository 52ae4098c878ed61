import { Overload } from './overload';

const limits = { requestsInFlight: 3, turnMillis: 10, toleratedMillis: 50 };

/** An event loop whose turns last as long as a test says. */
class Loop {
  private time = 1_000;
  private ended: (() => void)[] = [];
  readonly overload = new Overload(limits, { now: () => this.time, afterTurn: (callback) => void this.ended.push(callback) });

  /** Nothing comes for so long. */
  rest(millis: number): void {
    this.time += millis;
  }

  /** One turn in which requests are read so many milliseconds after its beginning; returns what became of each by then. */
  turn(...readAfterMillis: readonly number[]): readonly string[] {
    const began = this.time;
    const outcomes = readAfterMillis.map((millis, index) => {
      this.time = began + millis;
      return this.enter(index);
    });
    for (const callback of this.ended.splice(0)) callback();
    return outcomes;
  }

  /** Those that started late, by the turn's order of requests. */
  readonly startedLate: number[] = [];
  readonly refusedLate: number[] = [];
  /** What it takes to start a request, milliseconds. */
  startMillis = 0;

  private enter(index: number): string {
    let outcome: string | undefined;
    let isLate = false;
    this.overload.enter(1, {
      start: () => {
        this.time += this.startMillis;
        if (isLate) this.startedLate.push(index);
        outcome = 'started';
      },
      refuse: (reason) => {
        if (isLate) this.refusedLate.push(index);
        outcome = reason;
      },
    });
    isLate = true;
    return outcome ?? 'put off';
  }
}

it('starts whatever comes while turns are short', () => {
  const loop = new Loop();
  for (let turn = 0; turn < 100; turn += 1) expect(loop.turn(0, 5, 10)).toEqual(['started', 'started', 'started']);
  expect(loop.startedLate).toEqual([]);
});

it('refuses nobody for one long pause: what piled up behind it has the next turn', () => {
  const loop = new Loop();
  expect(loop.turn(0, 900, 901)).toEqual(['started', 'put off', 'put off']);
  expect(loop.startedLate).toEqual([1, 2]);
  expect(loop.turn(40)).toEqual(['put off']);
  expect(loop.turn(5)).toEqual(['started']);
});

it('starts what was put off in the order in which it came, before what comes later, and no more of it than a turn has time for', () => {
  const loop = new Loop();
  loop.startMillis = 6;
  // The first two fill this turn, the next two the one after.
  expect(loop.turn(0, 6, 12, 12, 12, 12, 12)).toEqual(['started', 'started', 'put off', 'put off', 'put off', 'put off', 'put off']);
  expect(loop.startedLate).toEqual([2, 3]);
  // There may be time left, but others were here before.
  expect(loop.turn(0)).toEqual(['put off']);
  expect(loop.startedLate).toEqual([2, 3, 4, 5]);
  loop.turn();
  expect(loop.startedLate).toEqual([2, 3, 4, 5, 6, 0]);
});

it('forgets a late turn when nothing came for a while', () => {
  const loop = new Loop();
  expect(loop.turn(0, 40)).toEqual(['started', 'put off']);
  loop.turn();
  loop.rest(600_000);
  expect(loop.turn(0, 40)).toEqual(['started', 'put off']);
});

it('once turns have had no time for all for a while, refuses what is beyond one turn, and takes the rest', () => {
  const loop = new Loop();
  for (let turn = 0; turn < 9; turn += 1) loop.turn(0, 20);
  loop.turn();
  loop.turn(0, 20);
  expect(loop.turn(0, 10, 11, 20)).toEqual(['started', 'started', 'event-loop', 'event-loop']);
});

it('refuses what has been put off too, beyond one turn, once turns have had no time for all for a while', () => {
  const loop = new Loop();
  loop.startMillis = 6;
  loop.turn(0, ...Array.from({ length: 50 }, () => 12));
  for (let turn = 0; turn < 20; turn += 1) loop.turn();
  const { length } = loop.startedLate;
  // Two a turn, in the turns of 50 ms and the one in which it was too long.
  expect(length).toBeLessThanOrEqual(14);
  expect([...loop.startedLate, ...loop.refusedLate]).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  loop.rest(1_000);
  expect(loop.turn(0, 20)).toEqual(['started', 'put off']);
});

it('takes everything again after one short turn', () => {
  const loop = new Loop();
  loop.startMillis = 8;
  while (!loop.turn(0, 20).includes('event-loop'));
  loop.startMillis = 0;
  loop.turn();
  loop.turn(0);
  expect(loop.turn(0, 20)).toEqual(['started', 'put off']);
});

it('refuses what is above the number of requests in flight', () => {
  const { overload } = new Loop();
  const [start, refuse] = [jest.fn(), jest.fn()];
  overload.enter(3, { start, refuse });
  expect([start.mock.calls, refuse.mock.calls]).toEqual([[[]], []]);
  overload.enter(4, { start, refuse });
  expect([start.mock.calls, refuse.mock.calls]).toEqual([[[]], [['in-flight']]]);
});
