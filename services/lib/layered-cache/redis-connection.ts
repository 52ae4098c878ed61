import { Redis } from 'ioredis';
import type { Logger } from 'pino';

export interface RedisConnectionOptions {
  readonly url: URL;
  /** Shown by CLIENT LIST. */
  readonly name: string;
  /** A server that owes answers and sends nothing for so long is hung: the connection is dropped, with all that waits on it. */
  readonly silenceMillis: number;
  /** Longest wait before the next attempt to connect. */
  readonly retryMillis: number;
  readonly logger: Logger;
}

const FIRST_RETRY_MILLIS = 50;
/** For a goodbye that the server answers. */
const DISCONNECT_MILLIS = 100;

/**
 * A client that fails at once while it has no connection, and never sends a command twice: the cache decides what is worth
 * another try. One server or a primary behind one name; Redis Cluster is not supported, since keys of one script lie on
 * different slots.
 */
export function connectRedis({ url, name, silenceMillis, retryMillis, logger }: RedisConnectionOptions): Redis {
  const redis = new Redis(url.href, {
    connectionName: name,
    connectTimeout: silenceMillis,
    socketTimeout: silenceMillis,
    disconnectTimeout: DISCONNECT_MILLIS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    retryStrategy: (attempt) => Math.min(retryMillis, FIRST_RETRY_MILLIS * 2 ** Math.min(attempt - 1, 10)),
    // A primary that became a replica: the name leads to the new primary by now, or soon.
    reconnectOnError: ({ message }) => message.includes('READONLY'),
  });
  let lost = false;
  // Unheard, the event would end the process. One line for each loss, not one for each attempt.
  redis.on('error', (error: Error) => {
    if (!lost) logger.warn({ err: error, connection: name }, 'Redis connection failed; trying again');
    lost = true;
  });
  redis.on('ready', () => {
    lost = false;
  });
  return redis;
}
