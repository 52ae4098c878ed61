import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceProcess } from '../lib/testing/service-process';

/** Nothing is wrong with a client that waits; the generator does not, for ever. */
const PATIENCE_MILLIS = 5_000;
const POLL_MILLIS = 2;

/** Requests of one connection. The last one asks for its end, unless a mutation took that away. */
export interface Conversation {
  readonly requests: readonly HostileRequest[];
  /** Each after the answer to the one before, or all at once. */
  readonly manner: 'in turn' | 'pipelined';
}

export interface HostileRequest {
  readonly bytes: Buffer;
  /** What it is like, where it is like something that a service takes. */
  readonly resembles?: string;
}

export interface Answer {
  readonly status: number;
  readonly problem: boolean;
  /** The server closes the connection after it, whatever else has been sent. */
  readonly last: boolean;
}

/** Sends requests on a connection of their own and reads all that comes back. @returns the answers, in order */
export async function converse(service: ServiceProcess, { requests, manner }: Conversation): Promise<readonly Answer[]> {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (data: string) => { text += data; });
  // A reset is an answer too, whenever it comes: `once` would reject.
  const closed = new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve));
  socket.setTimeout(PATIENCE_MILLIS, () => socket.destroy());
  // Not its end afterwards: a server takes that for a client that has gone.
  if (manner === 'pipelined') socket.write(Buffer.concat(requests.map(({ bytes }) => bytes)));
  else await inTurn(socket, requests, () => answersIn(text).length);
  await closed;
  return answersIn(text);
}

async function inTurn(socket: Socket, requests: readonly HostileRequest[], answers: () => number): Promise<void> {
  for (const [index, { bytes }] of requests.entries()) {
    while (answers() < index) {
      if (socket.destroyed) return;
      await sleep(POLL_MILLIS);
    }
    socket.write(bytes);
  }
}

/** Without those of 100, which say that the answer is still to come. */
function answersIn(text: string): readonly Answer[] {
  return [...text.matchAll(/HTTP\/1\.1 ([2-5]\d\d) [^]*?\r\n\r\n/g)].map(([head, status]) => ({
    status: Number(status),
    problem: /\r\ncontent-type: application\/problem\+json\r\n/i.test(head),
    last: /\r\nconnection: close\r\n/i.test(head),
  }));
}
