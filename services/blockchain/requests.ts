import type { Request } from 'express';
import { z } from 'zod';
import { HttpProblem } from '../lib/problem';
import { EMPTY_CHAIN } from './chain';
import { parseChainCursor, parseCursor, type Position } from './cursor';
import { parseTransactionId } from './transaction';

const LARGEST_AMOUNT = 2n ** 53n;
export const DEFAULT_LIMIT = 20;
export const LARGEST_LIMIT = 100;
/** After every transaction there can be: where a list begins. */
export const NEWEST: Position = { createdMillis: Date.UTC(9999, 11, 31), uuid: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

const addressForm = 'must be 0x and 40 hex digits';
// Case carries no meaning, but a key's shard depends on every byte.
const address = z.string({ error: addressForm }).regex(/^0x[0-9a-fA-F]{40}$/, addressForm).transform((text) => text.toLowerCase());

const amountForm = `must be a decimal string, at least 0 and at most ${LARGEST_AMOUNT}, with at most 18 decimals`;
const amount = z.string({ error: amountForm }).refine(isAmount, amountForm);

function isAmount(text: string): boolean {
  const match = /^(0|[1-9]\d{0,15})(?:\.(\d{1,18}))?$/.exec(text);
  const whole = match?.[1];
  if (whole === undefined) return false;
  return BigInt(whole) < LARGEST_AMOUNT || (BigInt(whole) === LARGEST_AMOUNT && /^0*$/.test(match?.[2] ?? ''));
}

/** Text that `parse` makes something of, or the problem that it has not this form. */
function parsed<Value>(parse: (text: string) => Value | undefined, form: string) {
  return z.string().transform((text, context): Value => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: form });
    return z.NEVER;
  });
}

export const transferBody = z.strictObject({ from: address, to: address, amount });
export const transactionPath = z.object({ id: parsed(parseTransactionId, 'must be 4 hex digits, a hyphen and a UUID, as POST returned it') });
export const accountPath = z.object({ address });

const limitForm = `must be a whole number, 1 to ${LARGEST_LIMIT}`;
export const pageQuery = z.strictObject({
  limit: z.string().regex(/^([1-9]\d?|100)$/, limitForm).transform(Number).default(DEFAULT_LIMIT),
  cursor: parsed(parseCursor, 'must be the nextCursor of an earlier page, 32 characters of base64url').default(NEWEST),
});

/** How many entries of a chain one request follows. */
export const LARGEST_VERIFY_LIMIT = 5_000;
const verifyLimitForm = `must be a whole number, 1 to ${LARGEST_VERIFY_LIMIT}`;
export const verifyQuery = z.strictObject({
  limit: z.string().regex(/^([1-9]\d{0,2}|[1-4]\d{3}|5000)$/, verifyLimitForm).transform(Number).default(LARGEST_VERIFY_LIMIT),
  cursor: parsed(parseChainCursor, 'must be the nextCursor of an earlier answer, 54 characters of base64url').default(EMPTY_CHAIN),
});

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,256}$/;

/**
 * The header Idempotency-Key, undefined without one.
 *
 * @throws HttpProblem 400 for one of another form; sent twice it has the comma and space that Node joins headers with
 */
export function idempotencyKeyOf(request: Request): string | undefined {
  const key = request.get('Idempotency-Key');
  if (key === undefined || IDEMPOTENCY_KEY.test(key)) return key;
  throw new HttpProblem({ status: 400, detail: 'Idempotency-Key must be 1 to 256 visible ASCII characters without spaces, given once', field: 'Idempotency-Key' });
}
