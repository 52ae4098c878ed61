import { z } from 'zod';

/** Field types of the catalog. The message of each check is its remedy; `limit` is what is allowed (see issues.ts). */

function check(pattern: RegExp, limit: string, remedy: string): z.ZodString {
  return z.string().refine((value) => pattern.test(value), { error: remedy, params: { limit } });
}

export const dnsLabel = check(
  /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
  'a DNS label: 1 to 63 of a-z, 0-9 and -, beginning with a letter',
  'Kubernetes takes this name for a Service and a label: rename it.',
);

const segment = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
export const addressBlock = check(
  new RegExp(`^${segment}(\\.${segment}){3}/(3[0-2]|[12]?\\d)$`),
  'an IPv4 block such as 10.0.48.0/22',
  'NetworkPolicies and nginx take address blocks in CIDR form.',
);

export const hostName = check(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/, 'a host name such as api.example.com', 'Give the full public host name.');

export const route = check(
  /^\/[a-z0-9-]+(\/[a-z0-9-]+)*\/$/,
  'a path prefix such as /api/web4/',
  'Begin and end it with a slash: nginx and Istio match it as a prefix.',
);

export const variableName = check(/^[A-Z][A-Z0-9_]*$/, 'an environment variable name: A-Z, 0-9 and _', 'Rename the variable.');

/** `repository:tag` or `repository@sha256:…`: what runs must be the same tomorrow. */
export const pinnedImage = z.string().superRefine((image, context) => {
  const digest = /@sha256:[0-9a-f]{64}$/.test(image);
  const tag = /:([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$/.exec(image.replace(/@.*$/, ''))?.[1];
  if (/^[a-z0-9]/.test(image) && (digest || (tag !== undefined && tag !== 'latest' && !image.includes('@')))) return;
  context.addIssue({
    code: 'custom',
    params: { limit: 'repository:tag or repository@sha256:<64 hex digits>, the tag never latest' },
    message: 'Pin the tag or the digest that was tested: a moving tag gives two pods of one Deployment different code.',
  });
});

export function whole(minimum: number, maximum: number, remedy: string) {
  return z.number('Give a whole number.').multipleOf(1, 'Give a whole number.').min(minimum, remedy).max(maximum, remedy);
}

export const port = whole(1, 65_535, 'Give a TCP port.');
export const percent = whole(1, 100, 'A target is a percentage of the request.');

/** An optional field whose default is resolved when the catalog is defined. */
export function withDefault<T extends z.ZodType>(schema: T, value: z.output<T>) {
  return schema.default(value as z.core.util.NoUndefined<z.output<T>>);
}
