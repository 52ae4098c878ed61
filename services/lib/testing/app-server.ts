import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import pino from 'pino';
import { createApp, type Route } from '../app';
import { Metrics } from '../metrics';
import { parseJson } from '../parse-json';
import { Readiness } from '../readiness';
import { createAppServer } from '../server';
import { standardLimits, type ServerLimits } from '../server-limits';
import { Traffic } from '../traffic';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly text: string;
  /** Of the last answer. */
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Routes on a server of this process, with everything that a service has around them. */
export class AppServer {
  readonly metrics = new Metrics();
  readonly readiness = new Readiness();
  readonly log: Record<string, unknown>[] = [];
  private readonly server: Server;

  constructor(routes: readonly Route[], limits: Partial<ServerLimits> = {}) {
    const logger = pino({ level: 'debug', base: {} }, { write: (line: string) => void this.log.push(JSON.parse(line)) });
    const shared = { metrics: this.metrics, logger, traffic: new Traffic(), limits: { ...standardLimits, ...limits } };
    this.server = createAppServer({ ...shared, app: createApp({ ...shared, routes, readiness: this.readiness }) });
  }

  async start(): Promise<void> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Sends bytes as they are and gives what comes back until the server closes the connection. */
  async raw(bytes: string | Buffer): Promise<RawAnswer> {
    const socket = connect(this.port, '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').on('data', (data) => { text += data; });
    // A reset after the answer is a close too.
    socket.on('error', () => undefined);
    socket.write(bytes);
    await once(socket, 'close');
    const status = Number([...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].at(-1)?.[1] ?? 0);
    return { text, status, json: parsed(text.slice(text.lastIndexOf('\r\n\r\n') + 4)) };
  }

  /** Series of a metric that are not 0. */
  async series(name: string): Promise<readonly string[]> {
    return (await this.metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(`${name}{`) && !line.endsWith(' 0'));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
