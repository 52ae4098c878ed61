import { z } from 'zod';
import type { Route } from '../lib/app';
import type { Metrics } from '../lib/metrics';
import { HttpProblem } from '../lib/problem';
import { validated } from '../lib/validation';
import { parseTransactionId, type TransactionStore } from './store';

export const userActions = ['transaction_created'] as const;

const LARGEST_AMOUNT = 2n ** 53n;

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

const transfer = z.strictObject({ from: address, to: address, amount });

const idForm = 'must be 4 hex digits, a hyphen and a UUID, as POST returned it';
const path = z.object({
  id: z.string().transform((text, context) => {
    const key = parseTransactionId(text);
    if (key !== undefined) return key;
    context.addIssue({ code: 'custom', message: idForm });
    return z.NEVER;
  }),
});

/** `POST /api/blockchain/transactions` and `GET /api/blockchain/transactions/:id`. */
export function transactionRoutes(store: TransactionStore, metrics: Metrics<(typeof userActions)[number]>): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/blockchain/transactions',
      handle: async (request, response) => {
        const transaction = await store.insert(validated(transfer, request.body, 'body'));
        metrics.transaction(Number(transaction.amount));
        metrics.userAction('transaction_created');
        response.status(201).location(`/api/blockchain/transactions/${transaction.id}`).json(transaction);
      },
    },
    {
      method: 'GET',
      path: '/api/blockchain/transactions/:id',
      handle: async (request, response) => {
        const transaction = await store.find(validated(path, request.params, 'path').id);
        if (transaction === undefined) throw new HttpProblem({ status: 404, detail: 'no transaction has this id' });
        response.json(transaction);
      },
    },
  ];
}
