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

  /** One turn in which requests are read so many milliseconds after its beginning; returns what became of each. */
  turn(...readAfterMillis: readonly number[]): readonly (string | undefined)[] {
    const began = this.time;
    const reasons = readAfterMillis.map((millis) => {
      this.time = began + millis;
      return this.overload.reasonToRefuse(1);
    });
    for (const callback of this.ended.splice(0)) callback();
    return reasons;
  }
}

it('takes whatever comes while turns are short', () => {
  const loop = new Loop();
  for (let turn = 0; turn < 100; turn += 1) expect(loop.turn(0, 5, 10)).toEqual([undefined, undefined, undefined]);
});

it('refuses nobody for one long pause', () => {
  const loop = new Loop();
  expect(loop.turn(0, 900, 901)).toEqual([undefined, undefined, undefined]);
  // The requests that piled up behind it.
  expect(loop.turn(0, 40)).toEqual([undefined, undefined]);
  expect(loop.turn(0, 5)).toEqual([undefined, undefined]);
  expect(loop.turn(0, 40)).toEqual([undefined, undefined]);
});

it('forgets a late turn when nothing came for a while', () => {
  const loop = new Loop();
  expect(loop.turn(0, 40)).toEqual([undefined, undefined]);
  loop.rest(600_000);
  expect(loop.turn(0, 40)).toEqual([undefined, undefined]);
});

it('once turns have been long for a while, refuses what waits longer than one turn, and takes the rest', () => {
  const loop = new Loop();
  for (let turn = 0; turn < 9; turn += 1) loop.turn(0, 20);
  expect(loop.turn(0, 10, 11, 20)).toEqual([undefined, undefined, 'event-loop', 'event-loop']);
});

it('takes everything again after one short turn', () => {
  const loop = new Loop();
  for (let turn = 0; turn < 3; turn += 1) loop.turn(0, 20);
  expect(loop.turn(0, 20)).toEqual([undefined, 'event-loop']);
  loop.turn(0, 10);
  expect(loop.turn(0, 20)).toEqual([undefined, undefined]);
});

it('refuses what is above the number of requests in flight', () => {
  const { overload } = new Loop();
  expect(overload.reasonToRefuse(3)).toBeUndefined();
  expect(overload.reasonToRefuse(4)).toBe('in-flight');
});
