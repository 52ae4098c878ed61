const SCALAR = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SIGNS: ReadonlySet<string | undefined> = new Set(['{', '}', '[', ']', ',', ':']);

type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end';

/**
 * The offset, counted in UTF-16 units from 0, of the token with which a text stops being JSON, or
 * its length when it ends too early. V8's own messages name a position for some mistakes only, and
 * others from one version to the next.
 */
export function jsonErrorPosition(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let position = 0;
  for (;;) {
    const start = skipSpace(text, position);
    const sign = SIGNS.has(text[start]) ? text[start] : undefined;
    position = sign === undefined ? scalarEnd(text, start) : start + 1;
    const next: Expected | undefined = position > start ? step(expected, sign, text[start] === '"', open) : undefined;
    if (next === undefined) return start;
    expected = next;
  }
}

/** Where a string, number or word that begins here ends; its own beginning if none does. */
function scalarEnd(text: string, start: number): number {
  SCALAR.lastIndex = start;
  return SCALAR.test(text) ? SCALAR.lastIndex : start;
}

function skipSpace(text: string, start: number): number {
  for (let position = start; ; position += 1) {
    const code = text.charCodeAt(position);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return position;
  }
}

/** What may follow a token where `expected` was due, or undefined if the token may not stand there. */
function step(expected: Expected, sign: string | undefined, isString: boolean, open: ('{' | '[')[]): Expected | undefined {
  if (expected === 'name' || expected === 'name or }') {
    if (isString) return ':';
    return sign === '}' && expected === 'name or }' ? close(open) : undefined;
  }
  if (expected === ':') return sign === ':' ? 'value' : undefined;
  if (expected === ', or end') {
    const container = open.at(-1);
    if (sign === ',' && container !== undefined) return container === '{' ? 'name' : 'value';
    return (sign === '}' && container === '{') || (sign === ']' && container === '[') ? close(open) : undefined;
  }
  if (sign === undefined) return ', or end';
  if (sign === ']' && expected === 'value or ]') return close(open);
  if (sign !== '{' && sign !== '[') return undefined;
  open.push(sign);
  return sign === '{' ? 'name or }' : 'value or ]';
}

function close(open: ('{' | '[')[]): Expected {
  open.pop();
  return ', or end';
}
