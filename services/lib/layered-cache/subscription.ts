import type { Redis } from 'ioredis';
import { z } from 'zod';
import { parseJson } from '../parse-json';
import type { Invalidation } from './markers';

export interface SubscriptionOptions {
  /** A connection for nothing else. */
  readonly redis: Redis;
  readonly channel: string;
  /** This process, whose own messages are left out. */
  readonly origin: string;
  readonly heartbeatMillis: number;
  readonly now: () => number;
  readonly onInvalidation: (invalidation: Invalidation) => void;
  /** From now on every message arrives; earlier ones may have been missed. */
  readonly onLive: () => void;
  /** @param provenAt the last moment of which it is known that no message was missed */
  readonly onLost: (provenAt: number) => void;
}

/** One until the next proof is asked for, and a half for the answer. */
const PROOF_HEARTBEATS = 1.5;

const message = z.object({ origin: z.string(), keys: z.array(z.string()), tags: z.array(z.string()), position: z.number() });

/** Hears of other processes' invalidations, and knows whether it still does: a hung server breaks no connection. */
export class Subscription {
  private live = false;
  private provenAt: number;
  private readonly heartbeat: NodeJS.Timeout;

  constructor(private readonly options: SubscriptionOptions) {
    const { redis, heartbeatMillis, now } = options;
    this.provenAt = now();
    redis.on('ready', () => void this.subscribe());
    redis.on('close', () => this.lose());
    redis.on('message', (_channel, text) => this.receive(text));
    this.heartbeat = setInterval(() => void this.prove(), heartbeatMillis).unref();
  }

  get isLive(): boolean {
    return this.live;
  }

  /** Whether nothing is known to be missed as of late: a connection that is cut without a word is found lost some time after it is. */
  get isProven(): boolean {
    const { now, heartbeatMillis } = this.options;
    return this.live && now() - this.provenAt < PROOF_HEARTBEATS * heartbeatMillis;
  }

  close(): void {
    clearInterval(this.heartbeat);
    this.options.redis.disconnect();
  }

  private async subscribe(): Promise<void> {
    const { redis, channel, now, onLive } = this.options;
    const at = now();
    try {
      await redis.subscribe(channel);
    } catch {
      // A connection that serves nothing: a new one is tried.
      redis.disconnect(true);
      return;
    }
    this.provenAt = at;
    this.live = true;
    onLive();
  }

  /** An answer proves that what was sent before it has arrived. Without one the connection's own time limit breaks it. */
  private async prove(): Promise<void> {
    if (!this.live) return;
    const at = this.options.now();
    const answered = await this.options.redis.ping().then(() => true, () => false);
    if (answered) this.provenAt = Math.max(this.provenAt, at);
  }

  private lose(): void {
    if (!this.live) return;
    this.live = false;
    this.options.onLost(this.provenAt);
  }

  private receive(text: string): void {
    const parsed = message.safeParse(parseJson(text));
    if (parsed.success && parsed.data.origin !== this.options.origin) this.options.onInvalidation(parsed.data);
  }
}
