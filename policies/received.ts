import { groupKindOf, type ManifestObject } from './manifest';
import { isFields } from './narrow';

/** A longer value is cut: it is shown to be recognized, not to be read. */
const MAX_LENGTH = 120;
const MAX_NAMES = 8;

/** The only fields of a Secret that never hold one; annotations may hold a copy of the whole object. */
const PUBLIC_IN_SECRET = new Set(['apiVersion', 'kind', 'type', 'immutable', 'metadata.name', 'metadata.namespace']);

/** What a rule gives as received where the value may be a secret and its field does not say so. */
export const HIDDEN = Symbol('hidden');

/** Anything in an environment variable but its name and where its value comes from, misspelt fields included. */
const ENVIRONMENT_VALUE = /(?:^|\.)env\[\d+\](?!\.name$|\.valueFrom\b)/;

function isPrivate(object: ManifestObject, path: string): boolean {
  if (groupKindOf(object) === 'Secret') return !PUBLIC_IN_SECRET.has(path);
  return ENVIRONMENT_VALUE.test(path);
}

function cut(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}... (${text.length} characters)`;
}

/**
 * The value received at `path` of `object` as text for people: at most about 150 characters, and never a secret.
 * Values in Secrets and environment variables are hidden, passwords in addresses too; of objects and lists only the
 * shape is shown, since what is inside may be either.
 */
export function describeReceived(object: ManifestObject, path: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === HIDDEN || isPrivate(object, path)) return '(hidden: may be secret)';
  if (typeof value === 'string') return cut(JSON.stringify(value.replace(/(:\/\/[^:@/\s]*):[^@/\s]+@/g, '$1:***@')));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (!isFields(value)) return String(value);
  const names = Object.keys(value);
  if (names.length === 0) return 'an empty object';
  return cut(`an object with ${names.slice(0, MAX_NAMES).join(', ')}${names.length > MAX_NAMES ? ', ...' : ''}`);
}
