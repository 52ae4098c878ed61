/** How many characters must be inserted, removed or replaced to turn `from` into `to` (Levenshtein). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}

/**
 * `, did you mean "replicas"?` where one of `candidates` is close to `name` (two swapped letters, or one edit in three characters,
 * capitals aside), else `''`: the end of a message about a name that is not known.
 */
export function suggestion(name: string, candidates: Iterable<string>): string {
  // A name longer than any field comes from no slip of the fingers, and would only cost time.
  if (name.length > 80) return '';
  let nearest: string | undefined;
  // Two swapped letters are two edits.
  let least = name.length < 4 ? 2 : Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest === undefined ? '' : `, did you mean "${nearest}"?`;
}

/** Names beyond these are too many to look through for each finding. */
export const MAX_CANDIDATES = 200;
/** Of names beyond these a message tells only how many they are. */
const MAX_LISTED = 5;

type Names = ReadonlySet<string> | ReadonlyMap<string, unknown>;

/** A {@link suggestion} of names that may be many: `''` where they are too many to look through for each finding. */
export function suggestionAmong(name: string, names: Names): string {
  return names.size > MAX_CANDIDATES ? '' : suggestion(name, names.keys());
}

/** `a, b, c, d, e and 3 more`, or `none`: what a message says that there is, however much that be. */
export function listing(names: Names): string {
  const listed: string[] = [];
  for (const name of names.keys()) {
    if (listed.length === MAX_LISTED) return `${listed.join(', ')} and ${names.size - MAX_LISTED} more`;
    listed.push(name);
  }
  return listed.join(', ') || 'none';
}

/** Whether `name` is not `other`, but so close to it that it is one slip of the fingers: at most two edits. */
export function isSlipOf(name: string, other: string): boolean {
  return name !== other && Math.abs(name.length - other.length) <= 2 && editDistance(name, other) <= 2;
}
