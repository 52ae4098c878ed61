import type { Request } from 'express';
import { z } from 'zod';
import { HttpProblem } from './problem';
import { validated } from './validation';

/**
 * Checks a request's query parameters, `request.query` of Express.
 *
 * @throws HttpProblem 400 about the first thing wrong; a parameter given twice is one, since either value could be meant
 */
export function validatedQuery<Output>(schema: z.ZodType<Output>, query: Readonly<Record<string, unknown>>): Output {
  const twice = Object.entries(query).find(([, value]) => typeof value !== 'string');
  if (twice !== undefined) {
    const name = twice[0].slice(0, 64);
    throw new HttpProblem({ status: 400, detail: `${name} is given twice; give it once`, field: name });
  }
  return validated(schema, query, 'query');
}

const none = z.strictObject({});

/** @throws HttpProblem 400 for a request with any query parameter */
export function withoutQuery(request: Pick<Request, 'originalUrl' | 'query'>): void {
  // To parse a query takes longer than to see that there is none.
  if (request.originalUrl.includes('?')) validatedQuery(none, request.query);
}
