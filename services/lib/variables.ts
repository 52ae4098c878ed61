import { z } from 'zod';
import { maskUrl, parseDatabaseUrl, type DatabaseAddress } from './database-url';

/** What is wrong with a variable's value. `received` is safe to print. */
export interface Problem {
  readonly received: string;
  readonly limit: string;
  readonly remedy: string;
}

/** Reports a problem; its result stands for the value that could not be read. */
export type Report = (problem: Problem) => never;

/**
 * One environment variable. An empty value counts as not set: Kubernetes and shells make no difference.
 *
 * @param read turns the text, or undefined when not set, into a value, or returns what `report` gives
 */
export function variable<Value>(read: (text: string | undefined, report: Report) => Value) {
  return z
    .string()
    .optional()
    .transform((text, context): Value => {
      const report: Report = (problem) => {
        context.addIssue(issueOf(problem));
        return z.NEVER;
      };
      return read(text === '' ? undefined : text, report);
    });
}

/** A problem in the shape of zod's custom issues, for checks across variables. */
export function issueOf(problem: Problem, path: readonly string[] = []) {
  return { code: 'custom' as const, path: [...path], message: problem.limit, params: { ...problem } };
}

export const NOT_SET = '(not set)';

/** A received value as it may be printed: bounded, and masked where someone put a URL into the wrong variable. */
export function shown(text: string | undefined): string {
  if (text === undefined) return NOT_SET;
  if (text.includes('://')) return maskUrl(text);
  return text.length <= 120 ? text : `${text.slice(0, 120)}… (${text.length} characters)`;
}

export interface NumberLimits {
  readonly minimum: number;
  readonly maximum: number;
  /** @default none: the variable must be set */
  readonly standard?: number;
}

export function wholeNumber(limits: NumberLimits) {
  return numeric(limits, /^\d{1,9}$/, 'a whole number');
}

/** Seconds, fractions allowed. */
export function seconds(limits: NumberLimits) {
  return numeric(limits, /^\d{1,9}(\.\d{1,3})?$/, 'seconds');
}

function numeric({ minimum, maximum, standard }: NumberLimits, form: RegExp, what: string) {
  return variable((text, report) => {
    if (text === undefined && standard !== undefined) return standard;
    const value = text !== undefined && form.test(text) ? Number(text) : NaN;
    if (value >= minimum && value <= maximum) return value;
    const remedy = standard === undefined ? `give a number between ${minimum} and ${maximum}` : `give a number in that range, or leave it out for ${standard}`;
    return report({ received: shown(text), limit: `${what}, ${minimum} to ${maximum}`, remedy });
  });
}

/** @param standard value when not set; without it the variable is required */
export function oneOf<Choice extends string>(choices: readonly Choice[], standard?: Choice) {
  return variable((text, report) => {
    const choice = text === undefined ? standard : choices.find((candidate) => candidate === text);
    return choice ?? report({ received: shown(text), limit: `one of ${choices.join(', ')}`, remedy: 'give one of these words' });
  });
}

/** @param standard value when not set; without it the variable is required */
export function word(what: string, form: RegExp, standard?: string) {
  return variable((text, report) => {
    const value = text ?? standard;
    return value !== undefined && form.test(value) ? value : report({ received: shown(text), limit: what, remedy: `give ${what}` });
  });
}

/** An optional URL of one of these schemes. */
export function optionalUrl(schemes: readonly string[]) {
  return variable((text, report) => {
    if (text === undefined) return undefined;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url !== undefined && url.hostname !== '' && schemes.includes(url.protocol.slice(0, -1))) return url;
    const form = schemes.map((scheme) => `${scheme}://`).join(' or ');
    return report({ received: maskUrl(text), limit: `a URL that begins with ${form} and names a host`, remedy: `write ${form}, or leave it out` });
  });
}

/** One required Postgres URL. */
export const databaseUrl = variable((text, report): DatabaseAddress => {
  if (text === undefined) return report({ received: NOT_SET, limit: 'a Postgres URL', remedy: 'set it from the Secret that holds it' });
  const address = parseDatabaseUrl(text);
  return 'limit' in address ? report({ received: maskUrl(text), ...address }) : address;
});

/** Comma-separated Postgres URLs, each a different database; an empty entry is an error, since order can matter. */
export function databaseUrls({ minimum }: { readonly minimum: 0 | 1 }) {
  return variable((text, report): readonly DatabaseAddress[] => {
    if (text === undefined) {
      return minimum === 0 ? [] : report({ received: NOT_SET, limit: 'at least one Postgres URL', remedy: 'list every URL in order, with commas between' });
    }
    const seen = new Map<string, number>();
    return text.split(',').map((entry, index) => {
      const position = `entry ${index + 1}`;
      if (entry.trim() === '') return report({ received: `${position}, empty`, limit: 'no empty entries', remedy: 'remove the comma too many, or give the URL that is missing' });
      const address = parseDatabaseUrl(entry.trim());
      if ('limit' in address) return report({ received: `${position}, ${maskUrl(entry.trim())}`, ...address });
      const identity = `${address.host}:${address.port}/${address.database}`;
      const twin = seen.get(identity);
      if (twin !== undefined) return report({ received: `${position}, ${maskUrl(entry.trim())}`, limit: `a database of its own; entry ${twin} is the same one`, remedy: 'give each entry its own database' });
      seen.set(identity, index + 1);
      return address;
    });
  });
}
