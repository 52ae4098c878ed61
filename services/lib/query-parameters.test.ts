import { parse } from 'node:querystring';
import { z } from 'zod';
import { parseBase64url } from './base64url';
import { validatedQuery } from './query-parameters';

const schema = z.strictObject({ limit: z.string().regex(/^\d$/, 'must be a digit').default('5') });
const check = (text: string): unknown => validatedQuery(schema, parse(text));

it('reads parameters, and gives defaults', () => {
  expect(check('limit=7')).toEqual({ limit: '7' });
  expect(check('')).toEqual({ limit: '5' });
});

it.each([
  ['limit=1&limit=1', 'limit', 'limit is given twice; give it once'],
  ['limit=1&limit=2&limit=3', 'limit', 'limit is given twice; give it once'],
  ['other=1', 'other', '"other" is not a known field'],
  ['__proto__=1', '__proto__', '"__proto__" is not a known field'],
  ['__proto__=1&__proto__=2', '__proto__', '__proto__ is given twice; give it once'],
  ['limit[]=1', 'limit[]', '"limit[]" is not a known field'],
  ['limit=', 'limit', 'limit must be a digit'],
  [`${'x'.repeat(100)}=1&${'x'.repeat(100)}=1`, 'x'.repeat(64), `${'x'.repeat(64)} is given twice; give it once`],
])('refuses %s', (text, field, detail) => {
  expect(() => check(text)).toThrow(expect.objectContaining({ status: 400, field, message: detail }));
});

it('reads base64url in its one right spelling only', () => {
  expect(parseBase64url('-_8')).toEqual(Buffer.from([0xfb, 0xff]));
  for (const text of ['-_9', '+/8', '-_8=', '-_8 ', ' ', '-']) expect(parseBase64url(text)).toBeUndefined();
});
