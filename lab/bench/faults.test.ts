import type { Check, Fault } from '../../services/faults/fault';
import { fast } from '../../services/faults/fault';
import { benchFaults } from './faults';
import type { Figure } from './figure';
import { judge, type Run } from './judge';

const check = (what: string, value: number, limit: Check['limit'], kind: Check['kind'] = 'state'): Check => ({ what, value, unit: 'requests', limit, kind });
const finished = (...checks: readonly Check[]): Run => ({ kind: 'finished', checks });

/** A fault whose runs go as listed. */
function faultOf(id: Fault['id'], runs: readonly (() => readonly Check[])[]): Fault {
  const left = [...runs];
  return { id, title: `made up as ${id}`, run: async () => left.shift()?.() ?? [] };
}
const fault = faultOf('F1', []);

describe('a fault is judged by the worst run of each check', () => {
  test.each([
    ['the highest where there is a maximum', { atMost: 10 }, [3, 12, 7], 12, false, 1.2, '<= 1'],
    ['and it may hold', { atMost: 10 }, [3, 10, 7], 10, true, 1, '<= 1'],
    ['the lowest where there is a minimum', { atLeast: 10 }, [30, 9, 70], 9, false, 0.9, '>= 1'],
    ['and it may hold', { atLeast: 10 }, [30, 10, 70], 10, true, 1, '>= 1'],
    ['the farthest from what must be exact', { exactly: 10 }, [10, 8, 11], 8, false, 0.8, '= 1'],
    ['and it may hold', { exactly: 10 }, [10, 10, 10], 10, true, 1, '= 1'],
    ['a limit of 0 has no ratio', { exactly: 0 }, [0, 3, 0], 3, false, 3, '= 0'],
    ['and it may hold', { atMost: 0 }, [0, 0, 0], 0, true, 0, '<= 0'],
    ['what could not be measured is worse than anything', { atMost: 10 }, [3, NaN, 70], NaN, false, NaN, '<= 1'],
  ] as const)('%s: %j', (_name, limit, values, value, holds, ratio, bar) => {
    const runs = values.map((each) => finished(check('failed reads', each, limit)));
    expect(judge(fault, runs)).toEqual([expect.objectContaining({ name: 'F1 failed reads', value, unit: 'requests', holds, ratio, bar, details: [`each run: ${values.join(', ')}`] })]);
  });

  test('timings count as states do', () => {
    expect(judge(fault, [finished(check('p99', 5, { atMost: 1 }, 'timing'))])).toMatchObject([{ holds: false }]);
  });

  test('checks do not mix, and keep their order', () => {
    const runs = [finished(check('b', 1, { atMost: 1 }), check('a', 2, { atMost: 1 })), finished(check('b', 0, { atMost: 1 }), check('a', 0, { atMost: 1 }))];
    expect(judge(fault, runs).map(({ name, value, holds }) => [name, value, holds])).toEqual([['F1 b', 1, true], ['F1 a', 2, false]]);
  });

  test('a check that one run left out does not hold', () => {
    const figures = judge(fault, [finished(check('a', 0, { exactly: 0 }), check('b', 0, { exactly: 0 })), finished(check('a', 0, { exactly: 0 }))]);
    expect(figures.map(({ name, holds }) => [name, holds])).toEqual([['F1 a', true], ['F1 b', false]]);
    expect(figures[1]?.details).toEqual(['looked at in 1 of 2 runs: 0']);
  });

  test('a run that ended with an error does not hold, and says why; the others still count', () => {
    const figures = judge(fault, [finished(check('a', 0, { exactly: 0 })), { kind: 'failed', error: new Error('no such port') }]);
    expect(figures).toEqual([
      { name: 'F1 runs that could not finish', value: 1, unit: 'runs', baseline: 'exactly 0 runs', ratio: 1, bar: '= 0', holds: false, details: ['no such port'] },
      expect.objectContaining({ name: 'F1 a', holds: true }),
    ]);
  });

  test('runs without checks do not hold', () => {
    expect(judge(fault, [finished(), finished()])).toMatchObject([{ name: 'F1 runs that checked nothing', value: 2, holds: false }]);
  });
});

describe('benchFaults', () => {
  async function collect(faults: readonly Fault[], runs: number) {
    const progress: string[] = [];
    const groups: (readonly Figure[])[] = [];
    for await (const group of benchFaults({ faults, runs, scale: fast, onProgress: (line) => progress.push(line) })) groups.push(group);
    return { progress, verdicts: groups.map((group) => group.map(({ name, holds }) => [name, holds])) };
  }

  test('runs each as often as asked, one after the other; an error in one does not stop the others', async () => {
    const broken = faultOf('F1', [() => { throw new Error('nginx is not installed'); }, () => [check('a', 0, { exactly: 0 })]]);
    const good = faultOf('F2', [() => [check('b', 1, { atLeast: 1 })], () => [check('b', 2, { atLeast: 1 })]]);
    const { progress, verdicts } = await collect([broken, good], 2);
    expect(progress).toEqual(['F1 made up as F1: run 1 of 2', 'F1 made up as F1: run 2 of 2', 'F2 made up as F2: run 1 of 2', 'F2 made up as F2: run 2 of 2']);
    expect(verdicts).toEqual([[['F1 runs that could not finish', false], ['F1 a', true]], [['F2 b', true]]]);
  });

  test('runs them at the scale it is given', async () => {
    const scales: string[] = [];
    const asked: Fault = { id: 'F3', title: 'asked', run: async ({ name }) => { scales.push(name); return []; } };
    await collect([asked], 1);
    expect(scales).toEqual(['fast']);
  });
});
