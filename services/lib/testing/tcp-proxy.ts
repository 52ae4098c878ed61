import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './free-port';

/** Stands between a client and a server on this machine, and can break, hold or delay what goes through. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  /** When each connection was made to it, on the monotonic clock. */
  readonly acceptedAt: number[] = [];
  private held = false;
  private delayMillis = 0;
  private isDelayed: (answer: Buffer) => boolean = () => true;
  private fatal: { readonly text: string; readonly isHeard: boolean; readonly onBroken: () => void } | undefined;

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly target: number,
  ) {
    server.on('connection', (socket: Socket) => this.accept(socket));
  }

  /** @param url whose host and port are stood for */
  static async before(url: string): Promise<{ readonly proxy: TcpProxy; readonly url: string }> {
    const own = new URL(url);
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new TcpProxy(server, port, Number(own.port));
    own.port = String(port);
    return { proxy, url: own.href };
  }

  /** Breaks every connection, and refuses new ones. */
  async cut(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Undoes {@link cut}. */
  async restore(): Promise<void> {
    if (this.server.listening) return;
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  /** Connections stay, new ones are accepted, and nothing is answered any more. */
  hold(): void {
    this.held = true;
  }

  /** Undoes {@link hold}; connections that were held are broken. */
  release(): void {
    if (!this.held) return;
    this.held = false;
    for (const socket of this.sockets) socket.destroy();
  }

  /** From now on the server's answers arrive so much later; 0 ends it. @param isDelayed which of them. @default all */
  delay(millis: number, isDelayed: (answer: Buffer) => boolean = () => true): void {
    this.delayMillis = millis;
    this.isDelayed = isDelayed;
  }

  /** Breaks the first connection on which the server sends this text, as soon as the client has it. */
  breakAfter(text: string): Promise<void> {
    return new Promise((onBroken) => {
      this.fatal = { text, isHeard: true, onBroken };
    });
  }

  /** As {@link breakAfter}, but the client does not get the text. */
  breakBefore(text: string): Promise<void> {
    return new Promise((onBroken) => {
      this.fatal = { text, isHeard: false, onBroken };
    });
  }

  private accept(client: Socket): void {
    this.acceptedAt.push(performance.now());
    this.track(client);
    if (this.held) return;
    const upstream = connect(this.target, '127.0.0.1');
    this.track(upstream);
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      if (this.held) return;
      if (this.fatal !== undefined && chunk.includes(this.fatal.text)) {
        const { isHeard, onBroken } = this.fatal;
        this.fatal = undefined;
        if (isHeard) client.end(chunk, onBroken);
        else client.once('close', onBroken).destroy();
        return;
      }
      if (this.delayMillis === 0 || !this.isDelayed(chunk)) client.write(chunk);
      // Timers of one length fire in the order they were set, so the stream keeps its order while the delay stays the same.
      else setTimeout(() => client.writable && client.write(chunk), this.delayMillis);
    });
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => this.sockets.delete(socket));
  }
}
