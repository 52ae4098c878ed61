import { randomUUID } from 'node:crypto';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import type { Logger } from 'pino';
import { Deadline } from './deadline';
import type { Metrics } from './metrics';
import { BODY_LIMIT_BYTES, HttpProblem, problemHandler, sendProblem } from './problem';
import type { Readiness } from './readiness';

declare module 'express-serve-static-core' {
  interface Locals {
    requestId: string;
    /** Until when the route must have answered; whatever it calls keeps to it. */
    deadline: Deadline;
    /** The template of the route that matched. */
    endpoint: string | undefined;
    /** What the route threw, for the log. */
    error: unknown;
  }
}

/** One route of a service. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Express's template, e.g. `/api/web4/assets/:id`; it is also the label `endpoint`. */
  readonly path: string;
  /** From the request's headers to its answer. @default {@link STANDARD_DEADLINE_MILLIS} */
  readonly deadlineMillis?: number;
  /** Answers the request or throws an {@link HttpProblem}. */
  readonly handle: (request: Request, response: Response) => Promise<void> | void;
}

export interface AppOptions {
  readonly routes: readonly Route[];
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Deadline of routes that state none, 1 s. */
export const STANDARD_DEADLINE_MILLIS = 1_000;

/** The status that metrics and log give a request whose client went away before the answer; nginx's number for it. */
const CLIENT_CLOSED_REQUEST = 499;

const probePaths: ReadonlySet<string | undefined> = new Set(['/health', '/ready']);

/** An Express app with a service's routes, the probes `/health` and `/ready`, and problem+json for everything that goes wrong. */
export function createApp({ routes, readiness, metrics, logger }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(observeRequest(metrics, logger));
  const all = [...probes(readiness), ...routes];
  for (const path of new Set(all.map((route) => route.path))) {
    mount(app, path, all.filter((route) => route.path === path));
  }
  app.use((request) => {
    throw new HttpProblem({ status: 404, detail: `nothing is at this path for ${request.method}` });
  });
  app.use(problemHandler);
  return app;
}

/** Gives a request its id, and when it is over counts and logs it once. Probes are not counted: the autoscaler's metric is user traffic. */
function observeRequest(metrics: Metrics, logger: Logger): RequestHandler {
  return (request, response, next) => {
    const start = process.hrtime.bigint();
    const { locals } = response;
    locals.requestId = requestIdOf(request);
    response.set('X-Request-Id', locals.requestId);
    response.once('close', () => {
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      const status = response.writableFinished ? response.statusCode : CLIENT_CLOSED_REQUEST;
      const probe = probePaths.has(locals.endpoint);
      if (!probe) metrics.observeRequest({ endpoint: locals.endpoint, method: request.method, status, seconds });
      const level = status >= 500 && !probe ? 'error' : probe ? 'debug' : 'info';
      logger[level](
        { requestId: locals.requestId, method: request.method, endpoint: locals.endpoint, path: pathOf(request), status, seconds, err: status >= 500 ? locals.error : undefined },
        'request',
      );
    });
    next();
  };
}

/** A client's id when it is one that can go into logs and headers, else a new one. */
function requestIdOf(request: Request): string {
  const given = request.get('X-Request-Id');
  return given !== undefined && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID();
}

/** Without the query, which may hold what a log must not. */
function pathOf(request: Request): string {
  return (request.originalUrl.split('?', 1)[0] ?? '').slice(0, 256);
}

function probes(readiness: Readiness): readonly Route[] {
  return [
    { method: 'GET', path: '/health', handle: (_request, response) => void response.json({ status: 'ok' }) },
    {
      method: 'GET',
      path: '/ready',
      handle: (_request, response) => {
        const { state } = readiness;
        if (state === 'ready') response.json({ status: 'ready' });
        else sendProblem(response, new HttpProblem({ status: 503, detail: state === 'draining' ? 'draining' : 'starting: the database schema is not present yet' }));
      },
    },
  ];
}

const jsonBody = express.json({ limit: BODY_LIMIT_BYTES, inflate: false, strict: false, type: 'application/json' });

const requireJson: RequestHandler = (request, _response, next) => {
  // `is` gives null for a request without a body, which validation then reports.
  if (request.is('application/json') !== false) next();
  else throw new HttpProblem({ status: 415, detail: 'body must be sent as Content-Type: application/json', headers: { Accept: 'application/json' } });
};

function mount(app: Express, path: string, routes: readonly Route[]): void {
  const allow = routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  const target = app.route(path).all((_request, response, next) => {
    response.locals.endpoint = path;
    next();
  });
  for (const { method, handle, deadlineMillis = STANDARD_DEADLINE_MILLIS } of routes) {
    const handler: RequestHandler = (request, response) => {
      response.locals.deadline = Deadline.after(deadlineMillis);
      return handle(request, response);
    };
    if (method === 'GET') target.get(handler);
    else if (method === 'POST') target.post(requireJson, jsonBody, handler);
    else if (method === 'PUT') target.put(requireJson, jsonBody, handler);
    else target.delete(handler);
  }
  target.all((request) => {
    throw new HttpProblem({ status: 405, detail: `${request.method} is not allowed here, only ${allow}`, headers: { Allow: allow } });
  });
}
