import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Deadline } from './deadline';
import type { Metrics, ShedReason } from './metrics';
import type { Arrival, Overload } from './overload';
import { HttpProblem, sendProblem } from './problem';
import type { Traffic } from './traffic';

/** The status that metrics and log give a request whose client went away before the answer; nginx's number for it. */
const CLIENT_CLOSED_REQUEST = 499;

export const probePaths: ReadonlySet<string> = new Set(['/health', '/ready']);

/** What is known of a request; routes find it as `response.locals`. */
export class RequestContext {
  /** Until when the route must have answered; whatever it calls keeps to it. Set once the whole request is there. */
  deadline: Deadline | undefined = undefined;
  /** Ends the wait for the route. */
  timer: NodeJS.Timeout | undefined = undefined;
  /** The template of the route that matched. */
  endpoint: string | undefined = undefined;
  /** What the route threw, for the log. */
  error: unknown = undefined;
  /** Why it was refused, for the log. */
  shed: ShedReason | undefined = undefined;

  constructor(
    readonly requestId: string,
    readonly method: string,
    readonly path: string,
    /** On the monotonic clock. */
    readonly beganMillis: number,
  ) {}
}

export interface RequestListenerOptions {
  readonly app: (request: IncomingMessage, response: ServerResponse) => void;
  readonly traffic: Traffic;
  readonly overload: Pick<Overload, 'enter'>;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * What happens to every request before Express, as cheaply as can be: it gets its id, is refused when it makes no sense or
 * the process has too much to do already (probes never are), and when it is over is counted and logged once.
 */
export function requestListener({ app, traffic, overload, metrics, logger }: RequestListenerOptions): RequestListener {
  const record = recorder(metrics, logger);
  return (request, response) => {
    const context = new RequestContext(requestIdOf(request), request.method ?? '', pathOf(request.url ?? ''), performance.now());
    Object.assign(response, { locals: context });
    response.setHeader('X-Request-Id', context.requestId);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    traffic.begin(response);
    onceOver(request, response, () => {
      clearTimeout(context.timer);
      traffic.end(response);
      // A broken request is answered too, to nobody.
      record(context, response.writableFinished && request.errored === null ? response.statusCode : CLIENT_CLOSED_REQUEST);
    });
    const problem = malformed(request);
    // While it was put off its client may have gone, or been told that the rest of its request is no HTTP.
    const isOver = (): boolean => response.destroyed || response.headersSent;
    const arrival: Arrival = {
      start: () => {
        if (isOver()) return;
        if (problem === undefined) app(request, response);
        else sendProblem(response, problem, context.requestId);
      },
      refuse: (reason) => {
        if (isOver()) return;
        context.shed = reason;
        metrics.requestShed(reason);
        sendProblem(response, tooBusy, context.requestId);
      },
    };
    if (probePaths.has(context.path)) arrival.start();
    else overload.enter(traffic.requestsInFlight, arrival);
  };
}

/** Of each connection, the answers that wait behind another one of it. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/** Tells once when an answer has gone, or never will. */
function onceOver({ socket }: IncomingMessage, response: ServerResponse, callback: () => void): void {
  // One that waits behind another has no connection yet: if that breaks now, nothing is emitted for it.
  if (response.socket === null) {
    let all = waiting.get(socket);
    if (all === undefined) {
      const made = new Set<() => void>();
      socket.once('close', () => made.forEach((over) => over()));
      waiting.set(socket, made);
      all = made;
    }
    all.add(over);
  }
  response.once('close', over);
  let isOver = false;
  function over(): void {
    waiting.get(socket)?.delete(over);
    if (!isOver) callback();
    isOver = true;
  }
}

/**
 * Envoy's outlier detection counts these as errors of the pod: one that refuses five requests in a row gets none for a while, at
 * most half of the pods. That relieves it, and is meant. nginx passes them on (its `proxy_next_upstream` leaves 503 out).
 */
const tooBusy = new HttpProblem({ status: 503, detail: 'the service has too much to do just now; try again', headers: { 'Retry-After': '1' } });

/** A client's id when it is one that can go into logs and headers, else a new one. */
function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID();
}

/** Without the query, which may hold what a log must not. */
function pathOf(url: string): string {
  const query = url.indexOf('?');
  return url.slice(0, query < 0 || query > 256 ? 256 : query);
}

/** What Node's parser lets pass and HTTP does not; a target in absolute form becomes what it means. */
function malformed(request: IncomingMessage): HttpProblem | undefined {
  const hosts = countHosts(request.rawHeaders);
  if (hosts > 1 || (hosts === 0 && request.httpVersion === '1.1')) return new HttpProblem({ status: 400, detail: 'the header Host must be given once', headers: { Connection: 'close' } });
  const { url = '' } = request;
  if (url.startsWith('/')) return undefined;
  const absolute = URL.canParse(url) ? new URL(url) : undefined;
  if (absolute === undefined || !absolute.pathname.startsWith('/')) return new HttpProblem({ status: 400, detail: 'the request target must be a path' });
  request.url = `${absolute.pathname}${absolute.search}`;
  return undefined;
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}

/** Counts and logs a request that is over. Probes are not counted: the autoscaler's metric is user traffic. */
export function recorder(metrics: Metrics, logger: Logger): (context: RequestContext, status: number) => void {
  return ({ requestId, method, endpoint, path, beganMillis, error, shed }, status) => {
    const seconds = Math.round((performance.now() - beganMillis) * 1_000) / 1e6;
    const probe = endpoint !== undefined && probePaths.has(endpoint);
    if (!probe) metrics.observeRequest({ endpoint, method, status, seconds });
    const level = probe ? 'debug' : status < 500 ? 'info' : shed === undefined ? 'error' : 'warn';
    logger[level]({ requestId, method, endpoint, path, status, seconds, shed, err: status >= 500 ? error : undefined }, 'request');
  };
}
