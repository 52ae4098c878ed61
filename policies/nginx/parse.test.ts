import fc from 'fast-check';
import { type Directive, parseNginx } from './parse';

/** Directives in a form that is easy to compare. */
const plain = (directives: readonly Directive[]): unknown[] => directives.map(({ name, args, block }): unknown => (block ? [name, ...args, plain(block)] : [name, ...args]));
const parsed = (text: string): unknown[] => {
  const { directives, fault } = parseNginx('nginx.conf', text);
  expect(fault).toBeUndefined();
  return plain(directives);
};
const faultOf = (text: string): unknown => parseNginx('nginx.conf', text).fault;

describe('a configuration', () => {
  it.each([
    ['directives and blocks', 'a 1 2;\nb x { c; d { } }', [['a', '1', '2'], ['b', 'x', [['c'], ['d', []]]]]],
    ['comments', '# a;\nb; # c\n', [['b']]],
    ['texts in quotes', 'a "b; {c}" \'d "e"\' "f\\"g";', [['a', 'b; {c}', 'd "e"', 'f"g']]],
    ['variables in braces', 'a ${b}c;', [['a', '${b}c']]],
    ['a mark inside a word', 'a b#c "d";', [['a', 'b#c', 'd']]],
    ['regular expressions', 'location ~ \\.php$ { return 200; }', [['location', '~', '\\.php$', [['return', '200']]]]],
    ['code of Lua', 'content_by_lua_block {\n local t = { a = 1 }\n} b;', [['content_by_lua_block', []], ['b']]],
    ['several lines', 'log_format a "b"\n  "c";', [['log_format', 'a', 'b', 'c']]],
    ['nothing', '', []],
  ])('has %s', (_, text, directives) => {
    expect(parsed(text)).toEqual(directives);
  });

  it('knows the line of each directive', () => {
    const { directives } = parseNginx('nginx.conf', 'a;\n\n# x\nb {\n  c "x\ny";\n  d;\n}');
    expect(directives.map(({ line }) => line)).toEqual([1, 4]);
    expect(directives[1]?.block?.map(({ line }) => line)).toEqual([5, 7]);
  });

  it.each([
    ['a directive without end', 'a;\nb', { line: 2, message: 'directive "b" is not ended by ";"' }],
    ['a directive that a brace ends', 'a {\n  b\n}', { line: 2, message: 'directive "b" is not ended by ";"' }],
    ['a block without end', 'a {\n b;', { line: 1, message: 'a block is not closed' }],
    ['a brace too many', 'a;\n}', { line: 2, message: 'unexpected "}"' }],
    ['a mark without directive', 'a;\n;', { line: 2, message: 'unexpected ";"' }],
    ['a quote without end', 'a\n"b;', { line: 2, message: 'a text that begins with " is not closed' }],
    ['something after a quote', 'a "b"c;', { line: 1, message: 'unexpected "c" after a text in quotes' }],
  ])('has no %s', (_, text, fault) => {
    expect(faultOf(text)).toEqual(fault);
  });

  it('is read, or refused with a line, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '\n', ';', '{', '}', '"', "'", '\\', '#', '$'), maxLength: 60 }), (text) => {
        const { fault } = parseNginx('nginx.conf', text);
        if (fault) expect(fault.line).toBeLessThanOrEqual(text.split('\n').length);
      }),
    );
  });
});
