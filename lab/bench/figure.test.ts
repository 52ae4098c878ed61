import { figure, type FigureProps, tableOf } from './figure';

const props = (value: number, bar: FigureProps['bar']): FigureProps => ({ name: 'it', value, unit: 'ms', baseline: { name: 'bare', value: 100 }, bar });

test.each([
  [120, { atMost: 1.2 }, 1.2, '<= 1.2', true],
  [121, { atMost: 1.2 }, 1.21, '<= 1.2', false],
  [20, { atLeast: 5 }, 5, '>= 5', true],
  [21, { atLeast: 5 }, 4.76, '>= 5', false],
  [85, { rateAtLeast: 0.85 }, 0.85, '>= 0.85', true],
  [84, { rateAtLeast: 0.85 }, 0.84, '>= 0.85', false],
  [NaN, { atMost: 1.2 }, NaN, '<= 1.2', false],
] as const)('%s ms against 100 ms with the bar %j', (value, bar, ratio, text, holds) => {
  expect(figure(props(value, bar))).toEqual({ name: 'it', value, unit: 'ms', baseline: 'bare: 100 ms', ratio, bar: text, holds });
});

test('a table is aligned, with details below', () => {
  const figures = [figure({ ...props(90, { atMost: 1 }), details: ['p50 80 ms', 'p99 95 ms'] }), figure({ ...props(1_200, { atMost: 1 }), name: 'another' })];
  expect(tableOf(figures).split('\n')).toEqual(['✓ it       90 ms    bare: 100 ms  ratio 0.9, bar <= 1', '    p50 80 ms', '    p99 95 ms', '✗ another  1200 ms  bare: 100 ms  ratio 12, bar <= 1']);
});
