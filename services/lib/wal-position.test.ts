import fc from 'fast-check';
import { formatWalPosition, parseWalPosition } from './wal-position';

it('reads what Postgres writes', () => {
  expect(parseWalPosition('0/0')).toBe(0);
  expect(parseWalPosition('16/B374D848')).toBe(0x16 * 2 ** 32 + 0xb374d848);
  expect(formatWalPosition(0x16 * 2 ** 32 + 0xb374d848)).toBe('16/B374D848');
});

it('keeps order and value through the text, for any position', () => {
  const position = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  fc.assert(fc.property(position, (value) => parseWalPosition(formatWalPosition(value)) === value));
});

it.each(['', '0', '0/', '/0', '0/123456789', 'G/0', '0/0 ', '200000/0', '-1/0'])('refuses %j', (text) => {
  expect(parseWalPosition(text)).toBeUndefined();
});
