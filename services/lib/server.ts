import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { Server as TcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { App } from './app';
import type { Metrics } from './metrics';
import type { Overload } from './overload';
import { answerParserErrors } from './parser-errors';
import type { Readiness } from './readiness';
import { recorder } from './request-listener';
import { MAX_HEADER_BYTES, standardLimits, type ServerLimits } from './server-limits';
import type { Traffic } from './traffic';

/** How often Node looks for connections whose time is over; its own 30 s would let them live four times as long. */
const CONNECTIONS_CHECK_MILLIS = 1_000;
/** Beyond a route's deadline, a connection on which nothing moves, such as one whose client does not read its answer, is closed after this. */
const STALLED_MILLIS = 30_000;

/** How long a stopping server waits for a moment at which no connection waits to be accepted: the close resets those, with the requests that have come on them. */
const UNACCEPTED_CONNECTION_MILLIS = 200;
/**
 * So short a turn of the event loop has had nothing else to do than look for connections. What comes after that look is
 * reset: at 250 connections a second, one in 80 times at most.
 */
const EMPTY_TURN_MILLIS = 0.05;
/**
 * Of the drain delay, its last part, in which connections are kept again. Whoever has come until then is not led by readiness,
 * and would open one for each request: those that wait when the port is closed are reset. On a kept one, the answer can say goodbye.
 */
const KEEPING_SHARE = 0.2;
/** How long a stopping server waits for another request on the connections it has accepted, so that its answer says goodbye: it may be on its way already. */
const GOODBYE_MILLIS = 500;
/** Of the time between the delay and the hard stop clients have this much for what is left of their requests; the rest is for the answers. */
const BODY_SHARE = 0.5;
const POLL_MILLIS = 10;

/** A port could not be had. The message is for the person who starts the service. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

export interface ServerOptions {
  readonly app: App;
  /** The same that the app has. */
  readonly traffic: Traffic;
  /** The same that the app has. */
  readonly overload: Pick<Overload, 'hold' | 'resume'>;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly logger: Logger;
  readonly listen: { readonly host: string; readonly port: number; readonly metricsPort: number };
  /** @default {@link standardLimits} */
  readonly limits?: ServerLimits;
  readonly shutdown: { readonly drainDelaySeconds: number; readonly hardStopSeconds: number };
  /** Closes what requests use, after the last one. */
  readonly release: () => Promise<void>;
}

/**
 * Listens on both ports, and from then on obeys SIGTERM and SIGINT: readiness fails, requests are served for the drain delay
 * (the answers of all but its last part close their connection), no new connection is accepted, requests in flight end,
 * resources are released.
 *
 * @returns once listening; `exitCode` resolves with 0 after a whole drain, with 1 after the hard stop or a second signal
 * @throws ListenError with neither port open
 */
export async function startServer(options: ServerOptions): Promise<{ readonly exitCode: Promise<0 | 1> }> {
  const { host, port, metricsPort } = options.listen;
  const server = createAppServer(options);
  const metricsServer = createServer(metricsListener(options.metrics, options.logger));
  const connections = new Connections(server);
  const signals = new Signals();
  await listen(metricsServer, host, metricsPort, 'METRICS_PORT');
  try {
    await listen(server, host, port, 'PORT');
  } catch (error) {
    metricsServer.close();
    throw error;
  }
  options.logger.info({ host, port, metricsPort }, 'listening');
  return { exitCode: stopOnSignal(options, signals, server, metricsServer, connections) };
}

/** A server that bounds what clients may take of it; it does not listen yet. */
export function createAppServer({ app, traffic, metrics, logger, limits = standardLimits }: Pick<ServerOptions, 'app' | 'traffic' | 'metrics' | 'logger' | 'limits'>): Server {
  const { keepAliveMillis, headersMillis, requestMillis } = limits;
  const server = createServer({
    ...app.classes,
    keepAliveTimeout: keepAliveMillis,
    headersTimeout: headersMillis,
    requestTimeout: requestMillis,
    connectionsCheckingInterval: Math.min(CONNECTIONS_CHECK_MILLIS, headersMillis),
    maxHeaderSize: MAX_HEADER_BYTES,
    // The app looks itself, so that the answer is a problem.
    requireHostHeader: false,
  });
  server.maxConnections = limits.connections;
  server.timeout = limits.deadlineMillis + STALLED_MILLIS;
  server.on('request', app.listener);
  // RFC 9110 lets a server pass over expectations that it does not know.
  server.on('checkExpectation', app.listener);
  server.on('drop', () => metrics.connectionDropped());
  answerParserErrors(server, traffic, recorder(metrics, logger));
  return server;
}

async function stopOnSignal(options: ServerOptions, signals: Signals, server: Server, metricsServer: Server, connections: Connections): Promise<0 | 1> {
  const { readiness, logger, traffic, overload, shutdown, release } = options;
  await signals.first;
  readiness.markDraining();
  traffic.closeConnectionsAfterwards();
  logger.info({ inFlight: traffic.requestsInFlight }, 'draining');
  const drain = async (): Promise<'drained'> => {
    await sleep(shutdown.drainDelaySeconds * 1_000 * (1 - KEEPING_SHARE));
    traffic.keepConnections();
    await sleep(shutdown.drainDelaySeconds * 1_000 * KEEPING_SHARE);
    server.requestTimeout = Math.min(server.requestTimeout, (shutdown.hardStopSeconds - shutdown.drainDelaySeconds) * 1_000 * BODY_SHARE);
    await stopServing(server, { traffic, overload, connections });
    metricsServer.close();
    metricsServer.closeAllConnections();
    await release();
    return 'drained';
  };
  const drained = new AbortController();
  const hardStop = sleep(shutdown.hardStopSeconds * 1_000, 'hard stop' as const, { signal: drained.signal });
  const outcome = await Promise.race([drain(), hardStop, signals.second.then(() => 'second signal' as const)]);
  drained.abort();
  logger[outcome === 'drained' ? 'info' : 'warn']({ outcome, inFlight: traffic.requestsInFlight }, 'stopped');
  return outcome === 'drained' ? 0 : 1;
}

/** Stops accepting connections, waits for the requests in flight, then closes what is left open. */
async function stopServing(server: Server, { traffic, overload, connections }: Pick<ServerOptions, 'traffic' | 'overload'> & { readonly connections: Connections }): Promise<void> {
  const closed = once(server, 'close');
  // With nothing else to do it accepts faster than they come.
  overload.hold();
  await connections.noneWaiting();
  // The close of HTTP's server would end its time limits too, and a client that stops sending be waited for until the hard stop.
  TcpServer.prototype.close.call(server);
  traffic.closeConnectionsAfterwards();
  overload.resume();
  await Promise.race([connections.noneOpen(), sleep(GOODBYE_MILLIS)]);
  server.closeIdleConnections();
  // A process that was late itself reads first what has come meanwhile.
  await turn();
  await traffic.none();
  server.closeAllConnections();
  await closed;
}

/** The first and second of the signals that ask a process to end. */
class Signals {
  readonly first: Promise<void>;
  readonly second: Promise<void>;

  constructor() {
    const { promise: first, resolve: onFirst } = deferred();
    const { promise: second, resolve: onSecond } = deferred();
    let count = 0;
    const listener = (): void => {
      count += 1;
      if (count === 1) onFirst();
      else onSecond();
    };
    process.on('SIGTERM', listener).on('SIGINT', listener);
    this.first = first;
    this.second = second;
  }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Until what has come has been read; timers that are due come before that. */
const turn = (): Promise<unknown> => new Promise(setImmediate);

/** The connections of a server. */
class Connections {
  private open = 0;
  private accepted = 0;

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.accepted += 1;
      this.open += 1;
      socket.once('close', () => (this.open -= 1));
    });
  }

  /** Waits for a turn of the event loop in which none came and, better still, nothing else did. What follows is as good as in it. */
  async noneWaiting(): Promise<void> {
    const began = performance.now();
    for (;;) {
      const { accepted } = this;
      const turnBegan = performance.now();
      await turn();
      const now = performance.now();
      const isQuiet = this.accepted === accepted && (now - turnBegan < EMPTY_TURN_MILLIS || now - began > UNACCEPTED_CONNECTION_MILLIS);
      if (isQuiet || now - began > 2 * UNACCEPTED_CONNECTION_MILLIS) return;
    }
  }

  async noneOpen(): Promise<void> {
    while (this.open > 0) await sleep(POLL_MILLIS);
  }
}

async function listen(server: Server, host: string, port: number, variable: string): Promise<void> {
  try {
    // `once` rejects on an error event.
    const listening = once(server, 'listening');
    server.listen({ host, port });
    await listening;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const message =
      code === 'EADDRINUSE'
        ? `${variable}: received ${port}; another process listens there on ${host}; remedy: stop it, or set ${variable} to a free port`
        : `${variable}: received ${port}; listening on HOST ${host} failed (${code}); remedy: give a port above 1023 and an address of this machine`;
    throw new ListenError(message, { cause: error });
  }
}

/** `GET /metrics` in Prometheus's text format, nothing else. */
function metricsListener({ registry }: Pick<Metrics, 'registry'>, logger: Logger): RequestListener {
  return (request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
      (error: unknown) => {
        logger.error({ err: error }, 'metrics failed');
        response.writeHead(500).end();
      },
    );
  };
}
