import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import { DatabaseUnavailableError } from './database';
import { DeadlinePassedError } from './deadline';

/** Largest request body, 1 MiB. */
export const BODY_LIMIT_BYTES = 1_048_576;

export interface ProblemOptions {
  readonly status: number;
  /** One sentence for the client: no stack, SQL or host name. */
  readonly detail: string;
  /** The member of the body, or the parameter, that is wrong. */
  readonly field?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of RFC 9457; throw it anywhere in a route. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly field: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor({ status, detail, field, headers = {} }: ProblemOptions, cause?: unknown) {
    super(detail, { cause });
    this.status = status;
    this.field = field;
    this.headers = headers;
  }
}

export const PROBLEM_TYPE = 'application/problem+json';

/** The body of a problem: title, status, detail, field where there is one, requestId. */
export function problemBody({ status, message, field }: HttpProblem, requestId: string): string {
  return JSON.stringify({ title: STATUS_CODES[status] ?? 'Error', status, detail: message, field, requestId });
}

/** Headers that hold for an answer of any status; whatever else a route has set was about an answer that it then did not give. */
const lastingHeaders: ReadonlySet<string> = new Set(['x-request-id', 'x-content-type-options', 'connection']);

/** Answers a problem. No cache keeps it, unless it says so itself. */
export function sendProblem(response: ServerResponse, problem: HttpProblem, requestId: string): void {
  for (const name of response.getHeaderNames()) if (!lastingHeaders.has(name)) response.removeHeader(name);
  const body = problemBody(problem, requestId);
  response.writeHead(problem.status, { 'Cache-Control': 'no-store', ...problem.headers, 'Content-Type': PROBLEM_TYPE, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

/** Turns whatever a route or the body parser threw into a problem; what is unknown is a 500 that tells nothing. */
export const problemHandler: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  // Its deadline has passed, and that is what its client was told.
  if (response.writableEnded) return;
  response.locals.error = error;
  if (response.headersSent) {
    // Too late for another answer: a broken connection is better than a truncated one that looks whole.
    response.destroy();
    return;
  }
  sendProblem(response, problemOf(error), response.locals.requestId);
};

/** What body-parser, express and the router attach to their errors. */
interface RequestError extends Error {
  readonly status: number;
  readonly type?: unknown;
}

function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status >= 400 && error.status < 500;
}

/** What a client is told whose deadline has passed. */
export function tookTooLong(): HttpProblem {
  return new HttpProblem({ status: 503, detail: 'the answer took too long; try again', headers: { 'Retry-After': '1' } });
}

/** What a client is told whose body is above {@link BODY_LIMIT_BYTES}. */
export function tooLarge(): HttpProblem {
  return new HttpProblem({ status: 413, detail: `body is larger than the limit of ${BODY_LIMIT_BYTES} bytes` });
}

function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof DeadlinePassedError) return tookTooLong();
  if (error instanceof DatabaseUnavailableError) {
    return new HttpProblem({ status: 503, detail: 'the database cannot be reached just now; try again', headers: { 'Retry-After': '1' } });
  }
  if (isRequestError(error) && error.type === 'entity.too.large') return tooLarge();
  if (isRequestError(error)) return new HttpProblem({ status: error.status, detail: detailOf(error) });
  return new HttpProblem({ status: 500, detail: 'the request failed; its id finds it in the log' });
}

function detailOf(error: RequestError): string {
  switch (error.type) {
    case 'encoding.unsupported':
      return 'body must not be compressed: send it without Content-Encoding';
    case 'request.size.invalid':
    case 'request.aborted':
      return 'body does not have the length that Content-Length gives';
    default:
      return error instanceof URIError ? 'path is not valid percent-encoding' : 'request cannot be understood';
  }
}
