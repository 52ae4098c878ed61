/** An object whose values are unknown. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether `value` is an object: neither a list nor null. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `value` if it is a list, else an empty one: a rule looks at what is there, the schema rule reports the wrong type. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `value` if it is a string. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The value found by following `names` down from `value`; undefined as soon as one is missing. */
export function valueAt(value: unknown, ...names: readonly string[]): unknown {
  let current = value;
  for (const name of names) {
    if (!isFields(current)) return undefined;
    current = current[name];
  }
  return current;
}

/** `value` if it is a number, or a text that is one; else NaN, which is neither above nor below anything. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

/** A scalar as text; `''` for an object or a list, which may not even have one. */
export function scalarText(value: unknown): string {
  return typeof value === 'object' && value !== null ? '' : String(value);
}
