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
    this.rest(this.pauseMillis);
    this.pauseMillis = 0;
    for (const callback of this.ended.splice(0)) callback();
    return outcomes;
  }

  /** Those that started late, by the turn's order of requests. */
  readonly startedLate: number[] = [];
  readonly refusedLate: number[] = [];
  /** For how long something else holds up the end of the next turn. */
  pauseMillis = 0;
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

/** Fills turns until a request is refused. @returns how many turns it took */
function overload(loop: Loop): number {
  loop.startMillis = 6;
  for (let turns = 1; ; turns += 1) {
    loop.turn(0, 6, 12, 12, 12, 12);
    if (loop.refusedLate.length > 0) return turns;
    if (turns > 100) throw new Error('nothing was refused');
  }
}

it('refuses nobody, however long turns overrun, while what is put off has its turn in time', () => {
  const loop = new Loop();
  loop.startMillis = 6;
  // Two fit into a turn, two more into the next.
  for (let turn = 0; turn < 1_000; turn += 1) {
    expect(loop.turn(0, 6, 12, 12)).toEqual(['started', 'started', 'put off', 'put off']);
    loop.turn();
  }
  expect(loop.refusedLate).toEqual([]);
});

it('once one has been put off for too long, refuses whatever has been put off, and tells each once', () => {
  const loop = new Loop();
  loop.startMillis = 6;
  loop.turn(0, ...Array.from({ length: 50 }, () => 12));
  for (let turn = 0; turn < 20; turn += 1) loop.turn();
  // Two a turn of 12 ms, those of the first 50 ms and of the turn in which it was too long.
  expect(loop.startedLate.length).toBeGreaterThanOrEqual(8);
  expect(loop.startedLate.length).toBeLessThanOrEqual(12);
  expect([...loop.startedLate, ...loop.refusedLate]).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});

it('then takes what a turn has time for, and refuses the rest at once', () => {
  const loop = new Loop();
  expect(overload(loop)).toBeGreaterThan(2);
  loop.turn();
  for (let turn = 0; turn < 100; turn += 1) expect(loop.turn(0, 6, 12, 13)).toEqual(['started', 'started', 'event-loop', 'event-loop']);
});

it('goes on refusing through short turns, until turns have had time for all for as long as one may be put off', () => {
  const loop = new Loop();
  overload(loop);
  loop.turn();
  expect(loop.turn(0, 12)).toEqual(['started', 'event-loop']);
  // 30 ms later it is still overloaded, and that counts anew.
  for (let turn = 0; turn < 5; turn += 1) expect(loop.turn(0)).toEqual(['started']);
  expect(loop.turn(0, 12)).toEqual(['started', 'event-loop']);
  for (let turn = 0; turn < 9; turn += 1) expect(loop.turn(0)).toEqual(['started']);
  expect(loop.turn(0, 12)).toEqual(['started', 'put off']);
});

it('refuses nobody for one pause, of the collector or the machine, while something is put off', () => {
  const loop = new Loop();
  loop.startMillis = 3;
  loop.pauseMillis = 5_000;
  loop.turn(0, ...Array.from({ length: 9 }, () => 11));
  while (loop.startedLate.length + loop.refusedLate.length < 9) loop.turn();
  expect(loop.refusedLate).toEqual([]);
});

it('forgets that it was overloaded when nothing came for a while', () => {
  const loop = new Loop();
  overload(loop);
  loop.turn();
  loop.rest(51);
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
