import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import { TimedSeries } from './timed-series';

/** The names of the metrics that every service exports, beside prom-client's default process metrics. */
export const metricNames = {
  httpRequests: 'http_requests_total',
  httpRequestDuration: 'http_request_duration_seconds',
  httpRequestsShed: 'http_requests_shed_total',
  httpConnectionsDropped: 'http_connections_dropped_total',
  databaseQueries: 'database_queries_total',
  databaseQueryDuration: 'database_query_duration_seconds',
  cacheHits: 'cache_hits_total',
  cacheMisses: 'cache_misses_total',
  userActions: 'user_actions_total',
  transactions: 'transactions_total',
  transactionAmount: 'transaction_amount',
} as const;

/** The label `endpoint` of requests whose path is no route. */
export const UNMATCHED_ENDPOINT = 'unmatched';
/** The label `method` of requests with any other method than the usual ones. */
export const OTHER_METHOD = 'OTHER';

/** Upper bounds in seconds. Objectives are judged at 0.25 and 0.5, so both are bounds. */
export const httpDurationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
/** Upper bounds in seconds; a query is done or given up within 6 s. */
export const queryDurationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;
/** Upper bounds in units of the currency. */
export const transactionAmountBuckets = [0.01, 0.1, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000] as const;

/** Those in which a service looks things up; what a CDN answers it alone counts. */
export const cacheLayers = ['memory', 'redis'] as const;
export type CacheLayer = (typeof cacheLayers)[number];
/** Why a request was refused before it was looked at: the event loop is late, or too many are being answered already. */
export const shedReasons = ['event-loop', 'in-flight'] as const;
export type ShedReason = (typeof shedReasons)[number];
export type DatabaseRole = 'primary' | 'replica' | 'shard';
export type QueryOutcome = 'ok' | 'error' | 'unavailable';

const knownMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** One answered request; `endpoint` is a route's template, undefined for paths that are no route. */
export interface ObservedRequest {
  readonly endpoint: string | undefined;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

/** One query; `query` is its name from the service's enumeration, never SQL. */
export interface ObservedQuery {
  readonly query: string;
  readonly role: DatabaseRole;
  readonly outcome: QueryOutcome;
  readonly seconds: number;
}

/**
 * A process's metrics. Every label has few values, all known beforehand, whatever clients send;
 * service and tier are added by the scrape, since a pod has only one of each.
 *
 * @param actions the service's user actions, the values of the label `action`
 */
export class Metrics<Action extends string = string> {
  readonly registry = new Registry();
  private readonly requests;
  private readonly queries;
  private readonly hits: Record<CacheLayer, number> = { memory: 0, redis: 0 };
  private readonly misses: Record<CacheLayer, number> = { memory: 0, redis: 0 };
  private readonly shed: Record<ShedReason, number> = { 'event-loop': 0, 'in-flight': 0 };
  private readonly connectionsDropped;
  private readonly userActions;
  private readonly transactions;
  private readonly transactionAmount;

  constructor(actions: readonly Action[] = []) {
    const { registry } = this;
    const registers = [registry];
    this.requests = new TimedSeries({
      registry,
      labelNames: ['endpoint', 'method', 'status'],
      counter: { name: metricNames.httpRequests, help: 'Requests answered, probes left out.' },
      histogram: { name: metricNames.httpRequestDuration, help: 'From a request’s headers to the end of its answer.' },
      bounds: httpDurationBuckets,
    });
    this.queries = new TimedSeries({
      registry,
      labelNames: ['query', 'role', 'outcome'],
      counter: { name: metricNames.databaseQueries, help: 'Queries by name.' },
      histogram: { name: metricNames.databaseQueryDuration, help: 'Queries by name, the wait for a connection included.' },
      bounds: queryDurationBuckets,
    });
    this.export(metricNames.cacheHits, 'Look-ups that a cache layer answered.', 'layer', this.hits);
    this.export(metricNames.cacheMisses, 'Look-ups that a cache layer could not answer.', 'layer', this.misses);
    this.export(metricNames.httpRequestsShed, 'Requests refused with 503 because the process has more to do than it can.', 'reason', this.shed);
    this.connectionsDropped = new Counter({ registers, name: metricNames.httpConnectionsDropped, help: 'Connections closed at once because there are too many.' });
    this.userActions = new Counter({ registers, name: metricNames.userActions, help: 'What users did.', labelNames: ['action'] as const });
    this.transactions = new Counter({ registers, name: metricNames.transactions, help: 'Transactions stored.' });
    this.transactionAmount = new Histogram({ registers, name: metricNames.transactionAmount, help: 'Amounts of the transactions stored.', buckets: [...transactionAmountBuckets] });
    // A rate needs a first sample: series that are known beforehand start at 0.
    for (const action of actions) this.userActions.inc({ action }, 0);
    // The autoscaler's metric: without a series an idle fleet cannot be scaled down.
    this.requests.start(UNMATCHED_ENDPOINT, 'GET', 404);
    collectDefaultMetrics({ register: registry });
  }

  observeRequest({ endpoint = UNMATCHED_ENDPOINT, method, status, seconds }: ObservedRequest): void {
    this.requests.observe(endpoint, knownMethods.has(method) ? method : OTHER_METHOD, status, seconds);
  }

  requestShed(reason: ShedReason): void {
    this.shed[reason] += 1;
  }

  connectionDropped(): void {
    this.connectionsDropped.inc();
  }

  observeQuery({ query, role, outcome, seconds }: ObservedQuery): void {
    this.queries.observe(query, role, outcome, seconds);
  }

  cacheHit(layer: CacheLayer): void {
    this.hits[layer] += 1;
  }

  cacheMiss(layer: CacheLayer): void {
    this.misses[layer] += 1;
  }

  userAction(action: Action): void {
    this.userActions.inc({ action });
  }

  /** @param amount in units of the currency; a histogram needs no more than a double's precision */
  transaction(amount: number): void {
    this.transactions.inc();
    this.transactionAmount.observe(amount);
  }

  /** A counter that is given its totals at the scrape. */
  private export(name: string, help: string, label: string, totals: Readonly<Record<string, number>>): void {
    new Counter({
      registers: [this.registry],
      name,
      help,
      labelNames: [label],
      collect() {
        this.reset();
        for (const [value, total] of Object.entries(totals)) this.inc({ [label]: value }, total);
      },
    });
  }
}
