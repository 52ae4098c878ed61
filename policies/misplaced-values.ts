import fc from 'fast-check';

/** For tests: values that stand where something else is expected, as someone may write them, or a plan may print them. */
export const misplacedValues = fc.constantFrom<unknown>(null, 0, -1, 1.5, true, '', 'text', '${x}', '[secret]', '{', '{"Statement":[null]}', [], {}, [null], ['a'], [{}], { a: null }, { '': '' });

/** Puts `value` in place of the `index`-th value inside `node`, counted from the outside in. */
export function replaceNth(node: unknown, index: number, value: unknown): unknown {
  let left = index;
  const visit = (current: unknown): unknown => {
    if (left-- === 0) return value;
    if (Array.isArray(current)) return current.map(visit);
    if (typeof current !== 'object' || current === null) return current;
    return Object.fromEntries(Object.entries(current).map(([key, inner]) => [key, visit(inner)]));
  };
  return visit(node);
}
