import fc from 'fast-check';
import { quantityOf } from './quantity';

it.each([
  ['250m', 0.25], ['1', 1], [2, 2], ['1.5', 1.5], ['.5', 0.5], ['1e3', 1_000], ['100k', 100_000], ['256Mi', 268_435_456], ['1G', 1e9], ['1Gi', 1_073_741_824], ['500n', 5e-7],
])('%s is %d', (text, value) => {
  expect(quantityOf(text)).toBeCloseTo(value, 12);
});

it.each(['', 'x', '1gi', '1 Gi', '1KiB', '--1', undefined, null, true, {}])('%j is none', (value) => {
  expect(quantityOf(value)).toBeNaN();
});

it('is what was written, in any unit', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000 }), (amount) => {
    expect(quantityOf(`${amount}Ki`)).toBe(amount * 1_024);
    expect(quantityOf(`${amount * 1_000}m`)).toBeCloseTo(amount, 6);
  }));
});
