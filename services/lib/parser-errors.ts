import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type Server } from 'node:http';
import { Socket } from 'node:net';
import { HttpProblem, problemBody, PROBLEM_TYPE } from './problem';
import { RequestContext } from './request-listener';
import type { Traffic } from './traffic';

/** How long what a client still sends is read and thrown away: closed at once, its connection could be reset before it has read the answer. */
const LINGER_MILLIS = 1_000;

/** Answers what Node's parser does not take for HTTP, and connections that are too slow to send a request, then closes them. */
export function answerParserErrors(server: Server, traffic: Traffic, record: (context: RequestContext, status: number) => void): void {
  const answered = new WeakSet<object>();
  server.on('clientError', (error, socket) => {
    // What follows the first error on a connection is an error too.
    if (answered.has(socket)) return;
    answered.add(socket);
    const code = 'code' in error ? String(error.code) : '';
    if (!socket.writable || code === 'ECONNRESET' || (socket instanceof Socket && traffic.isAnswering(socket))) {
      socket.destroy();
      return;
    }
    const problem = problemOf(code);
    const context = new RequestContext(randomUUID(), '', '', performance.now());
    const body = problemBody(problem, context.requestId);
    socket.end(
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: ${PROBLEM_TYPE}\r\nX-Request-Id: ${context.requestId}\r\n` +
        `X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    setTimeout(() => socket.destroy(), LINGER_MILLIS).unref();
    record(context, problem.status);
  });
}

function problemOf(code: string): HttpProblem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HttpProblem({ status: 431, detail: 'the headers are larger than 16384 bytes' });
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new HttpProblem({ status: 413, detail: 'the chunk extensions are too large' });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpProblem({ status: 408, detail: 'the request did not come in time' });
    default:
      return new HttpProblem({ status: 400, detail: 'this is not a request of HTTP/1.1' });
  }
}
