import fc from 'fast-check';
import { jsonErrorPosition } from './json-position';

it.each([
  ['', 0],
  ['{"a":', 5],
  ['{"a": x}', 6],
  ['{"a" 1}', 5],
  ['{"a":1,}', 7],
  ['{a:1}', 1],
  ['{,}', 1],
  ['[1,]', 3],
  ['[,1]', 1],
  ['[1 2]', 3],
  ['[1}', 2],
  ['{"a":1]', 6],
  ['{"a":1}}', 7],
  ['1 2', 2],
  ['"abc', 0],
  ['["a\\x"]', 1],
  ['["\u0001"]', 1],
  ['01', 1],
  ['nul', 0],
  ['  ', 2],
  ['[[', 2],
])('%j is wrong at %i', (text, position) => {
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
  expect(jsonErrorPosition(text)).toBe(position);
});

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ withCrossShrink: true }, fc.nat(9), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.constantFrom('a', 'b'), tie('value'))),
}));

it('finds a sign that belongs nowhere, wherever it stands', () => {
  fc.assert(
    fc.property(value, fc.nat(), (json, place) => {
      const text = JSON.stringify(json, undefined, place % 3);
      const index = place % (text.length + 1);
      const wrong = `${text.slice(0, index)}#${text.slice(index)}`;
      expect(jsonErrorPosition(text)).toBe(text.length);
      // Within a name it is no mistake.
      const within = /[ab"#]/.test(`${wrong[index - 1] ?? ''}`) && /[ab"]/.test(wrong[index + 1] ?? '');
      expect(jsonErrorPosition(wrong)).toBe(within ? wrong.length : index);
    }),
    { numRuns: 500 },
  );
});

it('bears the largest body', () => {
  const escapes = `["${'\\n'.repeat(500_000)}"`;
  expect(jsonErrorPosition(escapes)).toBe(escapes.length);
  const deep = '['.repeat(1_048_576);
  expect(jsonErrorPosition(deep)).toBe(deep.length);
});
