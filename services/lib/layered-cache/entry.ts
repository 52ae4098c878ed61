import { parseJson } from '../parse-json';
import type { WalPosition } from '../wal-position';

/** What a source holds for a key: a value, be it 0, "", false or null, or nothing. */
export type Content<Value> = { readonly kind: 'value'; readonly value: Value } | { readonly kind: 'absent' };

/** What a loader has read. */
export interface Loaded<Value> {
  readonly content: Content<Value>;
  /** A position such that every write up to it was seen by the read. */
  readonly seen: WalPosition;
}

/** What a look-up answers, and what memory keeps. Never changed, so that every caller may have the same one. */
export interface Entry<Value> extends Loaded<Value> {
  /** Until then it is served; milliseconds since 1970, so that pods agree (their clocks to a second or so). */
  readonly freshUntil: number;
  /** Until then it is served when the source is unavailable. */
  readonly staleUntil: number;
}

/**
 * Version of the text that {@link encode} writes. It is part of every key in Redis: during a rollout pods of two versions
 * share the server, and each reads only what it understands.
 */
export const ENVELOPE_VERSION = 1;

/** An entry as Redis keeps it: a JSON array, whose length tells a value from none. */
export function encode(entry: Entry<unknown>): string {
  const { content, freshUntil, staleUntil, seen } = entry;
  return JSON.stringify(content.kind === 'value' ? [freshUntil, staleUntil, seen, content.value] : [freshUntil, staleUntil, seen]);
}

/**
 * Reads what {@link encode} wrote.
 *
 * @param isValue whether a stored value has the shape that the caller needs: other versions of a service write here too
 * @returns undefined for any other text
 */
export function decode<Value>(text: string, isValue: (value: unknown) => value is Value): Entry<Value> | undefined {
  const parsed = parseJson(text);
  if (!Array.isArray(parsed) || parsed.length < 3 || parsed.length > 4) return undefined;
  const [freshUntil, staleUntil, seen, value]: unknown[] = parsed;
  if (typeof freshUntil !== 'number' || typeof staleUntil !== 'number' || typeof seen !== 'number') return undefined;
  if (parsed.length === 3) return { content: { kind: 'absent' }, freshUntil, staleUntil, seen };
  return isValue(value) ? { content: { kind: 'value', value }, freshUntil, staleUntil, seen } : undefined;
}
