import { formatIssue, type Issue } from '../platform/issues';
import type { SecretSpec } from '../platform/spec';

/** Values by Secret and key. */
export type SecretValues<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

/** The Secrets and keys that this program fills. */
export const knownSecrets = {
  'database-secret': { url: true, 'replica-urls': true, 'shard-urls': true, 'ca.pem': true },
  'redis-secret': { url: true },
  'gateway-api-keys': { 'api-keys.map': true },
  /** Only where there is a CDN. */
  'cdn-secret': { 'distribution-id': true },
} as const;

type Values<T> = { readonly [S in keyof typeof knownSecrets]: { readonly [K in keyof (typeof knownSecrets)[S]]: T } };
/** A value for each of them. */
export type KnownSecretValues<T> = Omit<Values<T>, 'cdn-secret'> & Partial<Pick<Values<T>, 'cdn-secret'>>;

/** Thrown for Secrets that the catalog names and nothing here fills; nothing is created then. */
export class UnfilledSecretError extends Error {
  override readonly name = 'UnfilledSecretError';
  constructor(readonly issues: readonly Issue[]) {
    super(`the catalog's Secrets have ${issues.length} key${issues.length === 1 ? '' : 's'} without a value:\n${issues.map((issue) => `  ${formatIssue(issue)}`).join('\n')}`);
  }
}

/**
 * The Secrets that the catalog names, each with exactly its keys.
 *
 * @param values what there is
 * @throws UnfilledSecretError with every key that has no value
 */
export function planSecrets<T>(secrets: readonly SecretSpec[], values: SecretValues<T>): SecretValues<T> {
  const issues: Issue[] = [];
  const filled = secrets.map(({ name, keys }) => {
    const entries = keys.flatMap((key): [string, T][] => {
      const value = values[name]?.[key];
      if (value !== undefined) return [[key, value]];
      issues.push({ path: `secrets.${name}.${key}`, received: undefined, limit: `one of ${Object.entries(values).map(([secret, known]) => `${secret} (${Object.keys(known).join(', ')})`).join('; ')}`, remedy: 'Remove the key from the catalog, or give it a value in infra/secrets.ts.' });
      return [];
    });
    return [name, Object.fromEntries(entries)] as const;
  });
  if (issues.length > 0) throw new UnfilledSecretError(issues);
  return Object.fromEntries(filled);
}

/** nginx's map of keys to tiers: a line each. */
export function apiKeysMap(clients: readonly { readonly key: string; readonly tier: string }[]): string {
  return clients.map(({ key, tier }) => `"${key}" ${tier};\n`).join('');
}
