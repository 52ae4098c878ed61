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

it('once one has been put off for too long, refuses whatever has been put off for more than a moment, and tells each once', () => {
  const loop = new Loop();
  loop.startMillis = 6;
  loop.turn(0, ...Array.from({ length: 50 }, () => 12));
  for (let turn = 0; turn < 20; turn += 1) loop.turn();
  // Two a turn of 12 ms, those of the first 50 ms and of the turn in which it was too long.
  expect(loop.startedLate.length).toBeGreaterThanOrEqual(8);
  expect(loop.startedLate.length).toBeLessThanOrEqual(12);
  expect([...loop.startedLate, ...loop.refusedLate]).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});

it('then takes what two turns have time for, the last to come first, and refuses the rest', () => {
  const loop = new Loop();
  expect(overload(loop)).toBeGreaterThan(2);
  loop.turn();
  for (let turn = 0; turn < 100; turn += 1) {
    [loop.startedLate, loop.refusedLate].forEach((list) => list.splice(0));
    expect(loop.turn(0, 6, 12, 13, 14, 15, 16)).toEqual(['started', 'started', 'put off', 'put off', 'put off', 'put off', 'put off']);
    loop.turn();
    expect([loop.startedLate, loop.refusedLate]).toEqual([[6, 5], [2, 3, 4]]);
  }
});

it('ends the overload when most requests need not wait', () => {
  const loop = new Loop();
  overload(loop);
  loop.turn();
  for (let turn = 0; turn < 20; turn += 1) loop.turn(0, 6);
  loop.refusedLate.splice(0);
  loop.turn(0, ...Array.from({ length: 6 }, () => 12));
  for (let turn = 0; turn < 4; turn += 1) loop.turn();
  expect(loop.refusedLate).toEqual([]);
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
  loop.turn(0);
  loop.refusedLate.splice(0);
  loop.rest(600_000);
  loop.turn(0, ...Array.from({ length: 6 }, () => 12));
  for (let turn = 0; turn < 4; turn += 1) loop.turn();
  expect(loop.refusedLate).toEqual([]);
});

it('starts what was held, however much it is, in order and in turns, when there was an overload just before too', () => {
  const loop = new Loop();
  overload(loop);
  loop.startMillis = 0;
  loop.turn();
  [loop.startedLate, loop.refusedLate].forEach((list) => list.splice(0));
  loop.startMillis = 6;
  // The turn in which it begins was going to start more.
  loop.turn(0, 12);
  loop.startedLate.splice(0);
  loop.overload.hold();
  expect(loop.turn(...Array.from({ length: 60 }, (_, index) => index / 10))).toEqual(Array.from({ length: 60 }, () => 'put off'));
  expect(loop.startedLate).toEqual([]);
  loop.overload.resume();
  loop.turn();
  expect(loop.startedLate).toEqual([0, 1]);
  for (let turn = 0; turn < 30; turn += 1) loop.turn();
  expect([loop.startedLate, loop.refusedLate]).toEqual([Array.from({ length: 60 }, (_, index) => index), []]);
});

/** Requests that come at random and take so long each, through a loop that reads what has come at the beginning of a turn. @returns for each second the refused, and the waits of those that were started, shortest first */
function simulate(secondsAtLoad: readonly (readonly [seconds: number, load: number])[], serviceMillis: number): { readonly refused: readonly number[]; readonly waits: readonly (readonly number[])[] } {
  const limits = { requestsInFlight: 10_000, turnMillis: 2, toleratedMillis: 250 };
  let [time, seed] = [0, 7];
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const afterTurn: (() => void)[] = [];
  const subject = new Overload(limits, { now: () => time, afterTurn: (callback) => void afterTurn.push(callback) });
  const arrivals: number[] = [];
  let [begins, next] = [0, 0];
  for (const [seconds, load] of secondsAtLoad) {
    for (; next < begins + seconds * 1_000; next -= (Math.log(random()) * serviceMillis) / load) arrivals.push(next);
    begins += seconds * 1_000;
    next = Math.max(next, begins);
  }
  const refused = Array.from({ length: begins / 1_000 }, () => 0);
  const waits = refused.map((): number[] => []);
  while (arrivals.length > 0 || afterTurn.length > 0) {
    if (afterTurn.length === 0) time = Math.max(time, arrivals[0] ?? time);
    const read = arrivals.splice(0, arrivals.findIndex((at) => at > time) < 0 ? arrivals.length : arrivals.findIndex((at) => at > time));
    for (const at of read) {
      const second = Math.floor(at / 1_000);
      subject.enter(1, {
        start: () => { waits[second]?.push(time - at); time += serviceMillis; },
        refuse: () => { refused[second] = (refused[second] ?? 0) + 1; },
      });
    }
    time += 0.01;
    afterTurn.splice(0).forEach((callback) => callback());
  }
  return { refused, waits: waits.map((all) => all.sort((a, b) => a - b)) };
}

it.each([0.5, 2, 4])('recovers from three times its capacity when requests of %s ms come at random at four fifths of it', (millis) => {
  const { refused, waits } = simulate([[5, 0.8], [10, 3], [30, 0.8]], millis);
  expect(refused.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  // Two of three, but for the first moments, and nobody who is started has waited for more than two turns, most not for one.
  const sum = refused.slice(6, 15).reduce((total, count) => total + count, 0);
  expect(sum / 9 / (3_000 / millis)).toBeCloseTo(2 / 3, 1);
  for (const inSecond of waits.slice(6, 15)) {
    expect(inSecond.at(-1)).toBeLessThan(2 * (2 + millis) + 5);
    expect(inSecond[Math.floor(inSecond.length / 2)]).toBeLessThan(2 + millis);
  }
  expect(refused.slice(16)).toEqual(Array.from({ length: 29 }, () => 0));
});

it('refuses what is above the number of requests in flight', () => {
  const { overload } = new Loop();
  const [start, refuse] = [jest.fn(), jest.fn()];
  overload.enter(3, { start, refuse });
  expect([start.mock.calls, refuse.mock.calls]).toEqual([[[]], []]);
  overload.enter(4, { start, refuse });
  expect([start.mock.calls, refuse.mock.calls]).toEqual([[[]], [['in-flight']]]);
});
