import type { z } from 'zod';

/** One thing that is wrong with a catalog. */
export interface Issue {
  /** Where, with list entries named: `services.web4-service.tiers.standard.minReplicas`. */
  readonly path: string;
  readonly received: unknown;
  /** What is allowed: `at most 100`. */
  readonly limit: string;
  /** What to do about it. */
  readonly remedy: string;
}

const RECEIVED_LENGTH = 120;

/** The value as it stands in an error: JSON, bounded. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > RECEIVED_LENGTH ? `${text.slice(0, RECEIVED_LENGTH)}…` : text;
}

export function formatIssue(issue: Issue): string {
  return `${issue.path}: received ${show(issue.received)}, allowed is ${issue.limit}. ${issue.remedy}`;
}

/** Thrown once with everything that is wrong with a catalog. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError';
  constructor(readonly issues: readonly Issue[]) {
    super(`the catalog has ${issues.length} issue${issues.length === 1 ? '' : 's'}:\n${issues.map((issue) => `  ${formatIssue(issue)}`).join('\n')}`);
  }
}

function child(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}

/** `services[1].tiers[0]` says less than `services.web4-service.tiers.standard`: list entries go by their name. */
function walk(input: unknown, keys: readonly PropertyKey[]): { path: string; received: unknown } {
  let value = input;
  const names: string[] = [];
  for (const key of keys) {
    value = child(value, key);
    const name = typeof key === 'number' ? (child(value, 'name') ?? child(value, 'tier')) : undefined;
    names.push(typeof name === 'string' && name !== '' ? name : String(key));
  }
  return { path: names.join('.'), received: value };
}

function limitOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return `at least ${issue.minimum}${issue.origin === 'array' ? ' entries' : issue.origin === 'string' ? ' characters' : ''}`;
    case 'too_big':
      return `at most ${issue.maximum}${issue.origin === 'array' ? ' entries' : issue.origin === 'string' ? ' characters' : ''}`;
    case 'invalid_type':
      return `${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'unrecognized_keys':
      return 'the documented fields only';
    case 'invalid_format':
      return issue.format === 'regex' ? 'the expected form' : `a valid ${issue.format}`;
    case 'invalid_union':
      return 'one of the documented kinds';
    case 'not_multiple_of':
      return 'a whole number';
    case 'custom':
      return String(issue.params?.['limit'] ?? 'the documented values');
    default:
      return 'the documented values';
  }
}

/** A zod issue in the catalog's words. The schema's own message is the remedy. */
export function fromZod(input: unknown, issue: z.core.$ZodIssue): Issue {
  const { path, received } = walk(input, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.join(', ');
    return { path: path === '' ? keys : `${path}.${keys}`, received: keys, limit: limitOf(issue), remedy: 'Remove it, or correct its spelling.' };
  }
  return { path: path || 'catalog', received, limit: limitOf(issue), remedy: issue.message.startsWith('Invalid') ? 'Correct the value.' : issue.message };
}
