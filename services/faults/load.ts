import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';

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
  /** Whether it said when to try again. */
  readonly hasRetryAfter: boolean;
  /** The parsed JSON of a 2xx, if it was any. Nothing else is kept of an answer: collecting garbage among all of them would be what is measured. */
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
  /** Sent once on every connection before the load begins: the clients of a pod have theirs open. @default each opens with its first request */
  readonly opening?: LoadRequest;
  /** Told of each result as it comes. */
  readonly onResult?: (result: LoadResult) => void;
}

/**
 * Keep-alive connections that are all used. The one that has been free longest takes the next request, so one that hangs
 * keeps no request from the others; while none is free, requests wait in order.
 */
class Connections {
  private readonly all: readonly Client[];
  private readonly free: Client[];
  private readonly waiting: { readonly start: (client: Client) => void; readonly signal: AbortSignal }[] = [];

  constructor(url: string, count: number, timeoutMillis: number) {
    this.all = Array.from({ length: count }, () => new Client(url, { pipelining: 1, headersTimeout: timeoutMillis, bodyTimeout: timeoutMillis, connectTimeout: timeoutMillis }));
    this.free = [...this.all];
  }

  /** Does something once on each, one after the other: the clients of a pod do not come all at once. */
  async each(work: (client: Client) => Promise<unknown>): Promise<void> {
    for (const client of this.all) await work(client);
  }

  /** @param signal ends the wait for a free one, too */
  async use<Result>(signal: AbortSignal, work: (client: Client) => Promise<Result>): Promise<Result> {
    const client = this.free.shift() ?? (await this.next(signal));
    try {
      return await work(client);
    } finally {
      this.giveBack(client);
    }
  }

  async destroy(): Promise<void> {
    await Promise.all(this.all.map((client) => client.destroy()));
  }

  private next(signal: AbortSignal): Promise<Client> {
    return new Promise((start, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      this.waiting.push({ start, signal });
    });
  }

  private giveBack(client: Client): void {
    let next = this.waiting.shift();
    while (next?.signal.aborted === true) next = this.waiting.shift();
    if (next === undefined) this.free.push(client);
    else next.start(client);
  }
}

/**
 * Sends requests at a steady rate, whether earlier ones have been answered or not, over keep-alive connections.
 *
 * @returns every result, in the order in which they were due
 * @throws Error when a connection cannot be opened
 */
export async function load({ url, seconds, requestsPerSecond, connections: count = 50, timeoutMillis = 10_000, request, opening, onResult }: LoadOptions): Promise<readonly LoadResult[]> {
  const connections = new Connections(url, count, timeoutMillis);
  const pending: Promise<LoadResult>[] = [];
  try {
    if (opening !== undefined) await connections.each((client) => open(client, opening, AbortSignal.timeout(timeoutMillis)));
    const start = performance.now();
    const total = Math.round(seconds * requestsPerSecond);
    while (pending.length < total) {
      const due = Math.min(total, Math.floor(((performance.now() - start) / 1_000) * requestsPerSecond) + 1);
      while (pending.length < due) {
        const atMillis = (pending.length / requestsPerSecond) * 1_000;
        const result = send(connections, request(pending.length), start + atMillis, atMillis, timeoutMillis);
        pending.push(result);
        if (onResult !== undefined) void result.then(onResult);
      }
      if (pending.length < total) await sleep(Math.max(1, start + (pending.length / requestsPerSecond) * 1_000 - performance.now()));
    }
    return await Promise.all(pending);
  } finally {
    await connections.destroy();
  }
}

/** Whatever it is answered, it is open then: a pod may refuse many that come at once. */
async function open(client: Client, opening: LoadRequest, signal: AbortSignal): Promise<void> {
  await exchange(client, opening, signal).catch((error: unknown) => {
    throw new Error(`the load cannot begin: ${opening.method} ${opening.path}, which opens a connection, was not answered`, { cause: error });
  });
}

async function send(connections: Connections, request: LoadRequest, dueAt: number, atMillis: number, timeoutMillis: number): Promise<LoadResult> {
  // An `AbortSignal.timeout` lives until its time has come: so many would make each collection of garbage last longer than a request.
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`no answer within ${timeoutMillis} ms`)), timeoutMillis);
  try {
    const answer = await connections.use(controller.signal, (client) => exchange(client, request, controller.signal));
    return { request, atMillis, ...answer, millis: performance.now() - dueAt };
  } catch (error) {
    return { request, atMillis, status: 0, error: error instanceof Error ? error.message : String(error), hasRetryAfter: false, json: undefined, millis: performance.now() - dueAt };
  } finally {
    clearTimeout(timer);
  }
}

async function exchange(client: Client, { method, path, headers, body }: LoadRequest, signal: AbortSignal): Promise<Pick<LoadResult, 'status' | 'hasRetryAfter' | 'json'>> {
  const response = await client.request({
    method,
    path,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? null : JSON.stringify(body),
    signal,
  });
  const { statusCode: status } = response;
  const text = await response.body.text();
  return { status, hasRetryAfter: response.headers['retry-after'] !== undefined, json: isSuccess(status) ? parsed(text) : undefined };
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A 503 that says when to try again: the refusal that a row may allow. */
export function isRefusal({ status, hasRetryAfter }: LoadResult): boolean {
  return status === 503 && hasRetryAfter;
}

/** Results that are neither 2xx nor allowed by the row. */
export function errorsOf(results: readonly LoadResult[], allowed: (result: LoadResult) => boolean = () => false): readonly LoadResult[] {
  return results.filter((result) => !isSuccess(result.status) && !allowed(result));
}
