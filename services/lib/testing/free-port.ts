import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections. A port among those is lost to a server that is down for a
 * moment: a client that keeps trying to connect is at last given that very port, and finds itself.
 */
const [LOWEST, HIGHEST] = [10_240, 32_000] as const;

/** A port of 127.0.0.1 that was free a moment ago; whoever uses it must bear that another process was faster. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    // `once` rejects on an error event.
    const listening = once(server, 'listening');
    server.listen(port, '127.0.0.1');
    await listening;
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
