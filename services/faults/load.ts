import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

/** A request of the load. */
export interface LoadRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** What became of one request. */
export interface LoadResult {
  readonly request: LoadRequest;
  /** 0 when no answer came: refused, reset, or later than the time limit; `error` says which. */
  readonly status: number;
  readonly error?: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parsed JSON of the answer, if it was any. */
  readonly json: unknown;
  /** From the moment it was due: a client that could not send in time waits too. */
  readonly millis: number;
  /** When it was due, milliseconds after the load began. */
  readonly atMillis: number;
}

export interface LoadOptions {
  readonly url: string;
  readonly seconds: number;
  readonly requestsPerSecond: number;
  /** Keep-alive connections. @default 50 */
  readonly connections?: number;
  /** Counted as a timeout after this. @default 10 s */
  readonly timeoutMillis?: number;
  /** The nth request, from 0. */
  readonly request: (index: number) => LoadRequest;
  /** Sent once on every connection before the load begins: the clients of a pod have theirs open. @default none is open */
  readonly opening?: LoadRequest;
  /** Told of each result as it comes. */
  readonly onResult?: (result: LoadResult) => void;
}

/**
 * Sends requests at a steady rate, whether earlier ones have been answered or not, over keep-alive connections.
 *
 * @returns every result, in the order in which they were due
 */
export async function load({ url, seconds, requestsPerSecond, connections = 50, timeoutMillis = 10_000, request, opening, onResult }: LoadOptions): Promise<readonly LoadResult[]> {
  const pool = new Pool(url, { connections, pipelining: 1, headersTimeout: timeoutMillis, bodyTimeout: timeoutMillis, connectTimeout: timeoutMillis });
  if (opening !== undefined) await Promise.all(Array.from({ length: connections }, () => send(pool, opening, performance.now(), 0, timeoutMillis)));
  const start = performance.now();
  const total = Math.round(seconds * requestsPerSecond);
  const pending: Promise<LoadResult>[] = [];
  try {
    while (pending.length < total) {
      const due = Math.min(total, Math.floor(((performance.now() - start) / 1_000) * requestsPerSecond) + 1);
      while (pending.length < due) {
        const atMillis = (pending.length / requestsPerSecond) * 1_000;
        const result = send(pool, request(pending.length), start + atMillis, atMillis, timeoutMillis);
        pending.push(result);
        if (onResult !== undefined) void result.then(onResult);
      }
      if (pending.length < total) await sleep(Math.max(1, start + (pending.length / requestsPerSecond) * 1_000 - performance.now()));
    }
    return await Promise.all(pending);
  } finally {
    await pool.destroy();
  }
}

async function send(pool: Pool, request: LoadRequest, dueAt: number, atMillis: number, timeoutMillis: number): Promise<LoadResult> {
  const { method, path, headers, body } = request;
  const base = { request, atMillis };
  try {
    const response = await pool.request({
      method,
      path,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMillis),
    });
    const text = await response.body.text();
    return { ...base, status: response.statusCode, headers: response.headers, json: parsed(text), millis: performance.now() - dueAt };
  } catch (error) {
    return { ...base, status: 0, error: error instanceof Error ? error.message : String(error), headers: {}, json: undefined, millis: performance.now() - dueAt };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value that a share of the results does not exceed, milliseconds; NaN for none. */
export function percentile(results: readonly Pick<LoadResult, 'millis'>[], share: number): number {
  const sorted = results.map(({ millis }) => millis).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** A 503 that says when to try again: the refusal that a row may allow. */
export function isRefusal({ status, headers }: LoadResult): boolean {
  return status === 503 && headers['retry-after'] !== undefined;
}

/** Results that are neither 2xx nor allowed by the row. */
export function errorsOf(results: readonly LoadResult[], allowed: (result: LoadResult) => boolean = () => false): readonly LoadResult[] {
  return results.filter((result) => (result.status < 200 || result.status > 299) && !allowed(result));
}
