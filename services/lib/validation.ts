import { z } from 'zod';
import { HttpProblem } from './problem';

/**
 * Checks what a client sent.
 *
 * @param part what `input` is, for the detail: "body", "path" or "query"
 * @throws HttpProblem 400 about the first thing wrong, with its field
 */
export function validated<Output>(schema: z.ZodType<Output>, input: unknown, part: 'body' | 'path' | 'query'): Output {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue === undefined || (issue.path.length === 0 && issue.code === 'invalid_type')) {
    throw new HttpProblem({ status: 400, detail: `${part} must be a JSON object` });
  }
  if (issue.code === 'unrecognized_keys') {
    const field = issue.keys[0] ?? '';
    throw new HttpProblem({ status: 400, detail: `"${shortened(field)}" is not a known field`, field: shortened(field) });
  }
  const field = issue.path.join('.');
  const missing = valueAt(input, issue.path) === undefined;
  throw new HttpProblem({ status: 400, detail: missing ? `${field} is required` : `${field} ${issue.message}`, field });
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), input);
}

/** A client's own text is echoed only so far. */
function shortened(text: string): string {
  return text.length <= 64 ? text : `${text.slice(0, 64)}…`;
}

/** Text that Postgres stores as it came: without NUL, which it refuses, and lone surrogates, which UTF-8 cannot carry. */
export function storableText({ maximumBytes, minimumBytes = 0 }: { readonly maximumBytes: number; readonly minimumBytes?: number }) {
  const message = `must be text of ${minimumBytes} to ${maximumBytes} bytes, without NUL`;
  return z.string({ error: message }).refine((text) => {
    const bytes = Buffer.byteLength(text, 'utf8');
    return bytes >= minimumBytes && bytes <= maximumBytes && !/[\0\p{Surrogate}]/u.test(text);
  }, message);
}
