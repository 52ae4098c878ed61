import type { Route } from '../lib/app';
import { withoutToken } from '../lib/consistency-token';
import { DatabaseUnavailableError } from '../lib/database-error';
import type { Metrics } from '../lib/metrics';
import { HttpProblem } from '../lib/problem';
import { validatedQuery, withoutQuery } from '../lib/query-parameters';
import { validated } from '../lib/validation';
import { chainCursorOf, cursorOf } from './cursor';
import { accountPath, idempotencyKeyOf, pageQuery, transactionPath, transferBody, verifyQuery } from './requests';
import type { TransactionStore } from './store';

export const userActions = ['transaction_created'] as const;
type BlockchainMetrics = Metrics<(typeof userActions)[number]>;

/** The routes of `/api/blockchain`. */
export function transactionRoutes(store: TransactionStore, metrics: BlockchainMetrics): readonly Route[] {
  return [createTransaction(store, metrics), findTransaction(store), listTransactions(store), balance(store), verify(store)].map(withoutTokens);
}

/** Every answer is as new as can be, so there are no tokens here; one of another service is not ignored in silence. */
function withoutTokens(route: Route): Route {
  return {
    ...route,
    handle: (request, response) => {
      withoutToken(request);
      return route.handle(request, response);
    },
  };
}

/** Repeating a request with its `Idempotency-Key` answers the same as the first time. */
function createTransaction(store: TransactionStore, metrics: BlockchainMetrics): Route {
  return {
    method: 'POST',
    path: '/api/blockchain/transactions',
    handle: async (request, response) => {
      withoutQuery(request);
      const key = idempotencyKeyOf(request);
      const outcome = await store.insert(validated(transferBody, request.body, 'body'), key).catch((error: unknown) => {
        throw key === undefined && isInDoubt(error) ? inDoubt(error) : error;
      });
      if (outcome.kind === 'conflict') {
        throw new HttpProblem({ status: 422, detail: 'Idempotency-Key was used by this sender for another transfer; take a new key', field: 'Idempotency-Key' });
      }
      const { kind, transaction } = outcome;
      if (kind === 'created') {
        metrics.transaction(Number(transaction.amount));
        metrics.userAction('transaction_created');
      }
      response.status(201).location(`/api/blockchain/transactions/${transaction.id}`).json(transaction);
    },
  };
}

/** Whether a transfer may have been made although it failed. */
function isInDoubt(error: unknown): boolean {
  return error instanceof HttpProblem && error.cause instanceof DatabaseUnavailableError && error.cause.wasAsked;
}

/** Without a key a second try could be a second transfer, so nobody is invited to one by `Retry-After`. */
function inDoubt(cause: unknown): HttpProblem {
  return new HttpProblem({ status: 503, detail: 'the transfer may have been made, or not; look at the transactions of the account before another one, and send an Idempotency-Key, with which a request can be repeated' }, cause);
}

function findTransaction(store: TransactionStore): Route {
  return {
    method: 'GET',
    path: '/api/blockchain/transactions/:id',
    handle: async (request, response) => {
      withoutQuery(request);
      const transaction = await store.find(validated(transactionPath, request.params, 'path').id);
      if (transaction === undefined) throw new HttpProblem({ status: 404, detail: 'no transaction has this id' });
      response.json(transaction);
    },
  };
}

function listTransactions(store: TransactionStore): Route {
  return {
    method: 'GET',
    path: '/api/blockchain/accounts/:address/transactions',
    handle: async (request, response) => {
      const { address } = validated(accountPath, request.params, 'path');
      const { limit, cursor } = validatedQuery(pageQuery, request.query);
      const { transactions, next } = await store.list(address, limit, cursor);
      response.json({ transactions, nextCursor: next === undefined ? null : cursorOf(next) });
    },
  };
}

/** An account nobody has used has 0: any address is one. */
function balance(store: TransactionStore): Route {
  return {
    method: 'GET',
    path: '/api/blockchain/accounts/:address/balance',
    handle: async (request, response) => {
      const { address } = validated(accountPath, request.params, 'path');
      withoutQuery(request);
      response.json({ address, balance: await store.balance(address) });
    },
  };
}

/** Recomputes the chain of what an account has sent; of a long one a part, without a verdict, and where to go on. */
function verify(store: TransactionStore): Route {
  return {
    method: 'GET',
    path: '/api/blockchain/accounts/:address/verify',
    handle: async (request, response) => {
      const { address } = validated(accountPath, request.params, 'path');
      const { limit, cursor: from } = validatedQuery(verifyQuery, request.query);
      const verification = await store.verify(address, { from, limit, deadline: response.locals.deadline });
      if (verification.kind === 'broken') {
        response.json({ address, valid: false, firstBroken: verification.broken });
        return;
      }
      const { head } = verification;
      const reached = { entries: head.sequence, headHash: head.hash };
      response.json(verification.kind === 'valid' ? { address, valid: true, ...reached } : { address, ...reached, nextCursor: chainCursorOf(head) });
    },
  };
}
