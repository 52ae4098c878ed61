const TOKEN = /[ \t\n\r]*(?:([{}[\],:])|("[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end';

/**
 * The offset, counted in UTF-16 units from 0, of the token with which a text stops being JSON, or
 * its length when it ends too early. V8's own messages name a position for some mistakes only, and
 * others from one version to the next.
 */
export function jsonErrorPosition(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  TOKEN.lastIndex = 0;
  for (;;) {
    const start: number = TOKEN.lastIndex;
    const match: RegExpExecArray | null = TOKEN.exec(text);
    if (match === null) return skipSpace(text, start);
    const [whole, sign, string] = match;
    const next: Expected | undefined = step(expected, sign, string !== undefined, open);
    if (next === undefined) return start + whole.length - whole.trimStart().length;
    expected = next;
  }
}

function skipSpace(text: string, start: number): number {
  let position = start;
  while (' \t\n\r'.includes(text[position] ?? 'end')) position += 1;
  return position;
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
