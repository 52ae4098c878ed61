import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Metrics } from './metrics';
import type { Readiness } from './readiness';

/** Idle connections outlive nginx's own limit of 60 s for its upstream connections, so that it is never the server that closes one just being used. */
export const KEEP_ALIVE_TIMEOUT_MILLIS = 75_000;
/** A client sends its headers in this time. */
export const HEADERS_TIMEOUT_MILLIS = 10_000;
/** A client sends its whole request in this time; below the hard stop. */
export const REQUEST_TIMEOUT_MILLIS = 20_000;
/** More answers 431. */
export const MAX_HEADER_BYTES = 16_384;

/** How long a stopping server waits for the first request of connections it has accepted: their clients may have sent it already. */
const UNUSED_CONNECTION_MILLIS = 500;
const POLL_MILLIS = 10;

/** A port could not be had. The message is for the person who starts the service. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

export interface ServerOptions {
  readonly app: RequestListener;
  readonly metrics: Pick<Metrics, 'registry'>;
  readonly readiness: Readiness;
  readonly logger: Logger;
  readonly listen: { readonly host: string; readonly port: number; readonly metricsPort: number };
  readonly shutdown: { readonly drainDelaySeconds: number; readonly hardStopSeconds: number };
  /** Closes what requests use, after the last one. */
  readonly release: () => Promise<void>;
}

/**
 * Listens on both ports, and from then on obeys SIGTERM and SIGINT: readiness fails, requests are served for the drain
 * delay, no new connection is accepted, requests in flight end, resources are released.
 *
 * @returns once listening; `exitCode` resolves with 0 after a whole drain, with 1 after the hard stop or a second signal
 * @throws ListenError with neither port open
 */
export async function startServer(options: ServerOptions): Promise<{ readonly exitCode: Promise<0 | 1> }> {
  const { host, port, metricsPort } = options.listen;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MILLIS, headersTimeout: HEADERS_TIMEOUT_MILLIS, requestTimeout: REQUEST_TIMEOUT_MILLIS, maxHeaderSize: MAX_HEADER_BYTES }, options.app);
  const metricsServer = createServer(metricsListener(options.metrics, options.logger));
  const traffic = new Traffic(server);
  const signals = new Signals();
  await listen(metricsServer, host, metricsPort, 'METRICS_PORT');
  try {
    await listen(server, host, port, 'PORT');
  } catch (error) {
    metricsServer.close();
    throw error;
  }
  options.logger.info({ host, port, metricsPort }, 'listening');
  return { exitCode: stopOnSignal(options, signals, server, metricsServer, traffic) };
}

async function stopOnSignal(options: ServerOptions, signals: Signals, server: Server, metricsServer: Server, traffic: Traffic): Promise<0 | 1> {
  const { readiness, logger, shutdown, release } = options;
  await signals.first;
  readiness.markDraining();
  traffic.closeConnectionsAfterwards();
  logger.info({ inFlight: traffic.requestsInFlight }, 'draining');
  const drain = async (): Promise<'drained'> => {
    await sleep(shutdown.drainDelaySeconds * 1_000);
    await stopServing(server, traffic);
    metricsServer.close();
    metricsServer.closeAllConnections();
    await release();
    return 'drained';
  };
  const outcome = await Promise.race([drain(), sleep(shutdown.hardStopSeconds * 1_000, 'hard stop' as const), signals.second.then(() => 'second signal' as const)]);
  logger[outcome === 'drained' ? 'info' : 'warn']({ outcome, inFlight: traffic.requestsInFlight }, 'stopped');
  return outcome === 'drained' ? 0 : 1;
}

/** Stops accepting connections, waits for the requests in flight, then closes what is left open. */
async function stopServing(server: Server, traffic: Traffic): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await Promise.race([traffic.noneUnused(), sleep(UNUSED_CONNECTION_MILLIS)]);
  await traffic.noneInFlight();
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

/** What a server has to finish before it may close its connections. */
class Traffic {
  /** Requests whose headers have come and whose answer has not yet gone. */
  private readonly inFlight = new Set<ServerResponse>();
  /** Connections that have not yet sent a request; Node counts them neither as idle nor as active. */
  private readonly unused = new Set<Socket>();
  private closing = false;

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.unused.add(socket);
      socket.once('close', () => this.unused.delete(socket));
    });
    // Before the app, which may send its headers at once.
    server.prependListener('request', (request, response) => {
      this.unused.delete(request.socket);
      this.inFlight.add(response);
      response.once('close', () => this.inFlight.delete(response));
      if (this.closing) response.setHeader('Connection', 'close');
    });
  }

  get requestsInFlight(): number {
    return this.inFlight.size;
  }

  /** From now on every answer tells its client to take the next request elsewhere, so that none meets a connection being closed. */
  closeConnectionsAfterwards(): void {
    this.closing = true;
    for (const response of this.inFlight) {
      if (!response.headersSent) response.setHeader('Connection', 'close');
    }
  }

  async noneInFlight(): Promise<void> {
    while (this.inFlight.size > 0) await sleep(POLL_MILLIS);
  }

  async noneUnused(): Promise<void> {
    while (this.unused.size > 0) await sleep(POLL_MILLIS);
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
