import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../services/lib/testing/free-port';
import { type Figure, figure } from './figure';
import type { ServerKind, ServerReport } from './http-server';

const CONNECTIONS = 50;
const ROUNDS = 7;
const ROUND_MILLIS = 2_000;
const WARM_UP_MILLIS = 3_000;

/** What nginx sends a service. */
const request = [
  'GET /api/web4/assets/greeting HTTP/1.1',
  'Host: web4-service',
  'X-Forwarded-For: 203.0.113.7',
  'X-Forwarded-Proto: https',
  'X-Request-Id: 0123456789abcdef0123456789abcdef',
  'Accept: application/json',
  'User-Agent: bench',
  '\r\n',
].join('\r\n');

interface Round {
  readonly microsPerRequest: number;
  readonly p50: number;
  readonly p99: number;
  readonly memoryMiB: number;
}

/**
 * Keeps a server busy over raw sockets, one request a connection at a time; every answer has the length of the first.
 * On two cores any client library would be slower than the server that it is to measure.
 */
async function load(port: number, millis: number): Promise<Omit<Round, 'memoryMiB'>> {
  const times: number[] = [];
  const began = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, () => keepBusy(port, began + millis, times)));
  const microsPerRequest = ((performance.now() - began) * 1_000) / times.length;
  times.sort((a, b) => a - b);
  return { microsPerRequest, p50: times[Math.floor(times.length * 0.5)] ?? NaN, p99: times[Math.floor(times.length * 0.99)] ?? NaN };
}

async function keepBusy(port: number, until: number, times: number[]): Promise<void> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  await once(socket, 'connect');
  let sent = 0;
  let length = 0;
  let received = 0;
  const send = (): void => {
    sent = performance.now();
    socket.write(request);
  };
  socket.on('data', (data) => {
    if (length === 0) length = lengthOf(data.toString('latin1'));
    received += data.length;
    if (received < length) return;
    received = 0;
    const now = performance.now();
    times.push(now - sent);
    if (now < until) send();
    else socket.destroy();
  });
  send();
  await once(socket, 'close');
}

function lengthOf(answer: string): number {
  const bodyLength = /^HTTP\/1\.1 200 [^]*\r\ncontent-length: (\d+)\r\n/i.exec(answer)?.[1];
  if (bodyLength === undefined) throw new Error(`the server answered ${answer}`);
  return answer.indexOf('\r\n\r\n') + 4 + Number(bodyLength);
}

/** One of the two servers, in a process of its own. */
class Server {
  readonly rounds: Round[] = [];
  private constructor(
    private readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  static async start(kind: ServerKind): Promise<Server> {
    const port = await freePort();
    const child = fork(join(__dirname, 'http-server.ts'), [kind, String(port), String(await freePort())], { execArgv: ['--require', 'tsx/cjs'] });
    const server = new Server(port, child);
    await once(child, 'message');
    return server;
  }

  async warmUp(): Promise<void> {
    await load(this.port, WARM_UP_MILLIS);
  }

  async round(): Promise<void> {
    const times = await load(this.port, ROUND_MILLIS);
    this.child.send('report');
    const [report] = (await once(this.child, 'message')) as [ServerReport];
    this.rounds.push({ ...times, memoryMiB: report.memoryMiB });
  }

  median(of: keyof Round): number {
    const values = this.rounds.map((round) => round[of]).sort((a, b) => a - b);
    return values[Math.floor(values.length / 2)] ?? NaN;
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }
}

/** A cached read of web4 through everything that a service has around its routes, against the same JSON from bare Express 5. */
export async function httpFigures(): Promise<readonly Figure[]> {
  const bare = await Server.start('bare');
  const ours = await Server.start('ours');
  try {
    for (const server of [bare, ours]) await server.warmUp();
    // In turns, so that whatever else the machine does falls on both.
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const server of round % 2 === 0 ? [bare, ours] : [ours, bare]) {
        await server.round();
        await sleep(100);
      }
    }
    const compare = (name: string, unit: string, of: keyof Round, bar: { readonly atMost: number } | { readonly atLeast: number }): Figure =>
      figure({ name, value: ours.median(of), unit, baseline: { name: 'bare Express 5, etag off', value: bare.median(of) }, bar });
    return [
      compare('a cached read, throughput as time a request', 'µs', 'microsPerRequest', { atLeast: 0.85 }),
      compare(`a cached read, median of ${CONNECTIONS} connections`, 'ms', 'p50', { atMost: 1.25 }),
      compare(`a cached read, 99th percentile of ${CONNECTIONS} connections`, 'ms', 'p99', { atMost: 1.5 }),
      compare('memory of the process', 'MiB', 'memoryMiB', { atMost: 1.25 }),
    ];
  } finally {
    bare.stop();
    ours.stop();
  }
}
