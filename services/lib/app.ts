import type { RequestListener } from 'node:http';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import type { Logger } from 'pino';
import { Deadline } from './deadline';
import { messageClassesOf, type MessageClasses } from './express-messages';
import { jsonBody } from './json-body';
import type { Metrics } from './metrics';
import { Overload } from './overload';
import { HttpProblem, problemHandler, sendProblem, tookTooLong } from './problem';
import type { Readiness } from './readiness';
import { requestListener } from './request-listener';
import { standardLimits, type ServerLimits } from './server-limits';
import { Traffic } from './traffic';

declare module 'express-serve-static-core' {
  interface Locals {
    requestId: string;
    /** Until when the route must have answered; whatever it calls keeps to it. */
    deadline: Deadline;
    timer: NodeJS.Timeout | undefined;
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
  /**
   * From the whole request to its answer; after it the client has a 503, and whatever comes late is dropped. The time that
   * a client takes to send its body is its own. @default REQUEST_DEADLINE_SECONDS
   */
  readonly deadlineMillis?: number;
  /** Answers the request or throws an {@link HttpProblem}. */
  readonly handle: (request: Request, response: Response) => Promise<void> | void;
}

export interface AppOptions {
  readonly routes: readonly Route[];
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** What the server waits for before it ends. @default one of its own */
  readonly traffic?: Traffic;
  /** @default {@link standardLimits} */
  readonly limits?: Pick<ServerLimits, 'deadlineMillis' | 'overload'>;
  /** What the server holds before it closes its port. @default one of its own, by the limits */
  readonly overload?: Overload;
}

/** What a server listens with. */
export interface App {
  readonly listener: RequestListener;
  readonly classes: MessageClasses;
}

/** A service's routes, the probes `/health` and `/ready`, and problem+json for everything that goes wrong. */
export function createApp({ routes, readiness, metrics, logger, traffic = new Traffic(), limits = standardLimits, overload = new Overload(limits.overload) }: AppOptions): App {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // A path that ends in a slash is another one: it may lack its last part.
  app.enable('strict routing');
  const all = [...routes, ...probes(readiness)];
  for (const path of new Set(all.map((route) => route.path))) {
    mount(app, path, all.filter((route) => route.path === path), limits.deadlineMillis);
  }
  app.use((request) => {
    throw new HttpProblem({ status: 404, detail: `nothing is at this path for ${request.method}` });
  });
  app.use(problemHandler);
  return { listener: requestListener({ app, traffic, overload, metrics, logger }), classes: messageClassesOf(app) };
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
        else throw new HttpProblem({ status: 503, detail: state === 'draining' ? 'draining' : 'starting: the database schema is not present yet' });
      },
    },
  ];
}

function mount(app: Express, path: string, routes: readonly Route[], standardDeadlineMillis: number): void {
  const allow = routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  const target = app.route(path);
  const named: RequestHandler = (_request, response, next) => {
    response.locals.endpoint = path;
    next();
  };
  for (const { method, handle, deadlineMillis = standardDeadlineMillis } of routes) {
    const handler: RequestHandler = (request, response) => {
      response.locals.endpoint = path;
      response.locals.deadline = Deadline.after(deadlineMillis);
      const work = handle(request, response);
      if (!response.writableEnded) response.locals.timer = setTimeout(giveUp, deadlineMillis, response);
      return work;
    };
    if (method === 'GET') target.get(handler);
    else if (method === 'POST') target.post(named, ...jsonBody, handler);
    else if (method === 'PUT') target.put(named, ...jsonBody, handler);
    else target.delete(handler);
  }
  target.all(named, (request) => {
    throw new HttpProblem({ status: 405, detail: `${request.method} is not allowed here, only ${allow}`, headers: { Allow: allow } });
  });
}

/** Answers for a route that has not. Whatever it does later meets an answer that has been given. */
function giveUp(response: Response): void {
  const { locals } = response;
  // It is answered, and what is left of the answer is the client's to read.
  if (response.writableEnded) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const problem = tookTooLong();
  locals.error = problem;
  sendProblem(response, problem, locals.requestId);
}
