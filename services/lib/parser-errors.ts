import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { HttpProblem, problemBody, PROBLEM_TYPE, sendProblem } from './problem';
import { RequestContext } from './request-listener';
import { MAX_HEADER_BYTES } from './server-limits';
import type { Traffic } from './traffic';

/** How long what a client still sends is read and thrown away: closed at once, its connection could be reset before it has read the answer. */
const LINGER_MILLIS = 1_000;

type Record = (context: RequestContext, status: number) => void;

/** Answers what Node's parser does not take for HTTP, and connections that are too slow to send a request, then closes them. */
export function answerParserErrors(server: Server, traffic: Traffic, record: Record): void {
  const answered = new WeakSet<object>();
  server.on('clientError', (error, socket) => {
    // What follows the first error on a connection is an error too.
    if (answered.has(socket)) return;
    answered.add(socket);
    const code = 'code' in error ? String(error.code) : '';
    if (!socket.writable || code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    answer(socket, traffic.on(socket), problemOf(code), record);
  });
}

/** The error may be in the body of the last request, or in what came after requests that are whole: these are still answered. */
function answer(socket: Duplex, due: readonly ServerResponse[], problem: HttpProblem, record: Record): void {
  const last = due.at(-1);
  if (last?.req.complete === true && !last.headersSent) {
    last.setHeader('Connection', 'close');
    return;
  }
  if (last === undefined) answerUnread(socket, problem, record);
  else if (!last.headersSent) sendProblem(last, problem, String(last.getHeader('X-Request-Id')));
  setTimeout(() => socket.destroy(), LINGER_MILLIS).unref();
}

function answerUnread(socket: Duplex, problem: HttpProblem, record: Record): void {
  const context = new RequestContext(randomUUID(), '', '', performance.now());
  const body = problemBody(problem, context.requestId);
  const headers = { 'Content-Type': PROBLEM_TYPE, 'X-Request-Id': context.requestId, 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store', ...problem.headers, 'Content-Length': Buffer.byteLength(body) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`);
  record(context, problem.status);
}

function problemOf(code: string): HttpProblem {
  const headers = { Connection: 'close' };
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HttpProblem({ status: 431, detail: `the headers are larger than ${MAX_HEADER_BYTES} bytes`, headers });
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new HttpProblem({ status: 413, detail: 'the chunk extensions are too large', headers });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpProblem({ status: 408, detail: 'the request did not come in time', headers });
    default:
      return new HttpProblem({ status: 400, detail: 'this is not a request of HTTP/1.1', headers });
  }
}
