import { once } from 'node:events';
import { createServer } from 'node:net';

/** Thrown when a port that the user chose is not to be had. */
export class PortError extends Error {
  override readonly name = 'PortError';
  constructor(port: number, code: string, options: ErrorOptions) {
    super(`--port: received ${port}, which cannot be listened on (${code}). Stop what uses it (ss -ltnp 'sport = :${port}' names it), or choose another with --port.`, options);
  }
}

/**
 * Makes sure of a port before anything is started.
 *
 * @throws PortError
 */
export async function assertFree(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new PortError(port, (error as NodeJS.ErrnoException).code ?? 'unknown', { cause: error });
  }
  server.close();
  await once(server, 'close');
}
