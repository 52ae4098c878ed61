import fc from 'fast-check';
import { endOfPrefix } from './prefix';

it.each([
  ['', undefined],
  ['a', 'b'],
  ['ab', 'ac'],
  ['a\u{10ffff}', 'b'],
  ['\u{10ffff}', undefined],
  ['\ud7ff', '\ue000'],
])('ends %j at %j', (prefix, end) => {
  expect(endOfPrefix(prefix)).toBe(end);
});

it('is above every text with the prefix, and no text is between', () => {
  const bytes = (text: string) => Buffer.from(text, 'utf8');
  const text = fc.string({ unit: 'binary' }).filter((value) => !/\p{Surrogate}/u.test(value));
  fc.assert(fc.property(text, text, (prefix, other) => {
    const end = endOfPrefix(prefix);
    const within = Buffer.compare(bytes(other), bytes(prefix)) >= 0 && (end === undefined || Buffer.compare(bytes(other), bytes(end)) < 0);
    expect(within).toBe(other.startsWith(prefix));
    expect(end === undefined || Buffer.compare(bytes(prefix + other), bytes(end)) < 0).toBe(true);
  }));
});
