import { specialSecretSig, specialSigKey, unknownValue } from '@pulumi/pulumi/runtime/rpc';

export const SECRET = '[secret]';
export const UNKNOWN = '(known once it exists)';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Takes the runtime's marks out of a recorded value: a secret becomes `[secret]` whatever it holds, an unknown value says so. */
export function masked(value: unknown): unknown {
  if (value === unknownValue) return UNKNOWN;
  if (Array.isArray(value)) return value.map(masked);
  if (!isRecord(value)) return value;
  if (value[specialSigKey] === specialSecretSig) return SECRET;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, masked(entry)]));
}

/** Paths of the secrets in a masked value: `stringData.url`. */
export function secretPaths(value: unknown, path = ''): readonly string[] {
  if (value === SECRET) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : isRecord(value) ? Object.entries(value) : [];
  return entries.flatMap(([key, entry]) => secretPaths(entry, path === '' ? String(key) : `${path}.${key}`));
}
