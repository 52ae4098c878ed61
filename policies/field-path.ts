import { isFields } from './narrow';

/** Names of fields and positions in lists, from the object's root down. */
export type Segments = readonly (string | number)[];

/** A path as people write it: `spec.containers[0].image`, `metadata.labels["app.kubernetes.io/name"]`. */
export function formatFieldPath(segments: Segments): string {
  let path = '';
  for (const segment of segments) {
    if (typeof segment === 'number') path += `[${segment}]`;
    else if (!/^[\w$-]+$/.test(segment)) path += `[${JSON.stringify(segment)}]`;
    else path += path === '' ? segment : `.${segment}`;
  }
  return path;
}

/** The segments of a path as {@link formatFieldPath} writes it; a key with a dot that is not in quotes is read as two. */
export function parseFieldPath(path: string): Segments {
  return Array.from(path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g), ([, position, quoted, name]) => {
    if (position !== undefined) return Number(position);
    return quoted === undefined ? (name ?? '') : String(JSON.parse(quoted));
  });
}

/**
 * What a JSON pointer such as `/spec/containers/0` means in `root`. Only the object tells whether `0` is a position
 * in a list or the key of a map. The value is undefined where the pointer leads nowhere.
 */
export function resolvePointer(root: unknown, pointer: string): { readonly segments: Segments; readonly value: unknown } {
  const segments: (string | number)[] = [];
  let value = root;
  for (const escaped of pointer.split('/').slice(1)) {
    const name = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    segments.push(Array.isArray(value) ? Number(name) : name);
    if (Array.isArray(value)) value = value[Number(name)];
    else value = isFields(value) ? value[name] : undefined;
  }
  return { segments, value };
}
