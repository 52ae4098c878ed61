import { z } from 'zod';
import { issueOf, seconds, wholeNumber } from './variables';

/** More headers than this are answered 431. */
export const MAX_HEADER_BYTES = 16_384;

/** When a process has more to do than it can. */
export interface OverloadLimits {
  /** Requests that are answered at one time; further ones are refused. */
  readonly requestsInFlight: number;
  /** How long one turn of the event loop starts requests; whatever else it has read is put off to the next. */
  readonly turnMillis: number;
  /** How long a request may be put off. In an overload it is a fiftieth of it, until nobody has been refused for this long. */
  readonly toleratedMillis: number;
}

/** What one process grants its clients. */
export interface ServerLimits {
  /** Of routes that state none. */
  readonly deadlineMillis: number;
  /** How long a connection stays open unused; longer than nginx keeps its own (60 s), so that it is never the server that closes one just being used. */
  readonly keepAliveMillis: number;
  /** A client sends its headers in this time, */
  readonly headersMillis: number;
  /** and its whole request in this. */
  readonly requestMillis: number;
  readonly connections: number;
  readonly overload: OverloadLimits;
}

const receiving = z
  .object({ HEADERS_TIMEOUT_SECONDS: seconds({ minimum: 0.1, maximum: 600, standard: 10 }), REQUEST_TIMEOUT_SECONDS: seconds({ minimum: 0.1, maximum: 600, standard: 20 }) })
  .superRefine((values, context) => {
    if (values.HEADERS_TIMEOUT_SECONDS <= values.REQUEST_TIMEOUT_SECONDS) return;
    const limit = `at most REQUEST_TIMEOUT_SECONDS, ${values.REQUEST_TIMEOUT_SECONDS}: headers are a part of the request`;
    context.addIssue(issueOf({ received: String(values.HEADERS_TIMEOUT_SECONDS), limit, remedy: 'lower it, or raise the other' }, ['HEADERS_TIMEOUT_SECONDS']));
  });

/**
 * REQUEST_DEADLINE_SECONDS (default 1), KEEP_ALIVE_SECONDS (75), HEADERS_TIMEOUT_SECONDS (10), REQUEST_TIMEOUT_SECONDS (20;
 * less while the process ends), MAX_CONNECTIONS (1,000), MAX_REQUESTS_IN_FLIGHT (200), EVENT_LOOP_TURN_SECONDS (0.002) and
 * EVENT_LOOP_TOLERANCE_SECONDS (0.25).
 */
export const serverLimits = z
  .object({
    REQUEST_DEADLINE_SECONDS: seconds({ minimum: 0.01, maximum: 600, standard: 1 }),
    KEEP_ALIVE_SECONDS: seconds({ minimum: 0.1, maximum: 3_600, standard: 75 }),
    MAX_CONNECTIONS: wholeNumber({ minimum: 1, maximum: 100_000, standard: 1_000 }),
    MAX_REQUESTS_IN_FLIGHT: wholeNumber({ minimum: 1, maximum: 100_000, standard: 200 }),
    EVENT_LOOP_TURN_SECONDS: seconds({ minimum: 0.001, maximum: 60, standard: 0.002 }),
    EVENT_LOOP_TOLERANCE_SECONDS: seconds({ minimum: 0, maximum: 60, standard: 0.25 }),
  })
  .and(receiving)
  .transform((values): { readonly server: ServerLimits } => ({
    server: {
      deadlineMillis: values.REQUEST_DEADLINE_SECONDS * 1_000,
      keepAliveMillis: values.KEEP_ALIVE_SECONDS * 1_000,
      headersMillis: values.HEADERS_TIMEOUT_SECONDS * 1_000,
      requestMillis: values.REQUEST_TIMEOUT_SECONDS * 1_000,
      connections: values.MAX_CONNECTIONS,
      overload: {
        requestsInFlight: values.MAX_REQUESTS_IN_FLIGHT,
        turnMillis: values.EVENT_LOOP_TURN_SECONDS * 1_000,
        toleratedMillis: values.EVENT_LOOP_TOLERANCE_SECONDS * 1_000,
      },
    },
  }));

/** The limits of an environment that sets none. */
export const standardLimits: ServerLimits = serverLimits.parse({}).server;
