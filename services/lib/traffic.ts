import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MILLIS = 10;

/** The requests whose headers have come and whose answer has not yet gone. */
export class Traffic {
  private readonly inFlight = new Set<ServerResponse>();
  private closing = false;

  get requestsInFlight(): number {
    return this.inFlight.size;
  }

  /** Before anything is answered. */
  begin(response: ServerResponse): void {
    this.inFlight.add(response);
    if (this.closing) response.setHeader('Connection', 'close');
  }

  end(response: ServerResponse): void {
    this.inFlight.delete(response);
  }

  /** The answers that are due on a connection, in order. */
  on(socket: Duplex): readonly ServerResponse[] {
    return [...this.inFlight].filter(({ req }) => req.socket === socket);
  }

  /** From now on every answer tells its client to take the next request elsewhere, so that none meets a connection being closed. */
  closeConnectionsAfterwards(): void {
    this.closing = true;
    for (const response of this.inFlight) {
      if (!response.headersSent) response.setHeader('Connection', 'close');
    }
  }

  /** Undoes {@link closeConnectionsAfterwards}, for what is answered from now on. */
  keepConnections(): void {
    this.closing = false;
  }

  async none(): Promise<void> {
    while (this.inFlight.size > 0) await sleep(POLL_MILLIS);
  }
}
