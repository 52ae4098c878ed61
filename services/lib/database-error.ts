import { DatabaseError } from 'pg';
import type { DatabaseRole } from './metrics';

/**
 * Why a database did not answer.
 *
 * - `lost`: a connection that had served before broke, or the server says that it has ended the session. That says little about the server.
 * - `failed`: the server cannot be reached, breaks new connections, or says that it cannot serve.
 * - `late`: it was asked, and has not answered in time, neither this nor anything else since.
 * - `slow`: it has not done this in time, or has cancelled it for that, and has answered others meanwhile.
 * - `hurried`: as `late`, and there was so little time that this says nothing about the server.
 * - `busy`: no connection of the pool came free in time, or too many wait for one. The server was not asked.
 * - `refused`: it was not asked, since it has failed often just now or is asked for too much already.
 */
export type UnavailableReason = 'lost' | 'failed' | 'late' | 'slow' | 'hurried' | 'busy' | 'refused';

/** The database cannot answer now: not reached, no connection free, shutting down, read-only after a failover, or over its time. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';

  /**
   * @param reason @default 'failed'
   * @param hadConnection false when there was none on which it could have been asked. @default true
   */
  constructor(
    cause: unknown,
    readonly reason: UnavailableReason = 'failed',
    private readonly hadConnection = true,
  ) {
    super(`database unavailable: ${reason}`, { cause });
  }

  /** Whether a write may have been done all the same. */
  get wasAsked(): boolean {
    return this.hadConnection && this.reason !== 'busy' && this.reason !== 'refused';
  }

  /** Whether the server ended the statement alone, and goes on. */
  get isOfStatement(): boolean {
    const { cause } = this;
    return cause instanceof DatabaseError && (cause.code === STATEMENT_CANCELED_STATE || cause.code === RECOVERY_CONFLICT_STATE);
  }

  /** Whether the server may have been started anew: a use that came to nothing looks the same then. */
  get mayBeRestart(): boolean {
    return (this.isServerFailure || this.reason === 'lost' || this.reason === 'slow') && !this.isOfStatement;
  }

  /** Whether it speaks against the server, not against one connection or our own pool. */
  get isServerFailure(): boolean {
    return this.reason === 'failed' || this.reason === 'late';
  }
}

/** SQLSTATE classes about the server or the connection, not about the statement: 08 connection, 28 authorization, 3D no such database, 53 resources, 57 operator intervention. */
const unavailableStates = /^(?:08|28|3D|53|57)/;
/** A demoted primary refuses writes so; on a replica the statement is wrong. */
const READ_ONLY_STATE = '25006';
/** On a replica: replay needed what the statement was reading. */
const RECOVERY_CONFLICT_STATE = '40001';
const STATEMENT_CANCELED_STATE = '57014';
/** The session was ended: by an administrator, by the crash of another one, by a recovery conflict. */
const endedStates: ReadonlySet<string | undefined> = new Set(['57P01', '57P02', '57P05']);

/**
 * What an error of the driver says of the server.
 *
 * @param wasUsed whether the connection had served before
 * @returns undefined when the statement is wrong, or our own code
 */
export function unavailableReason(error: unknown, role: DatabaseRole, wasUsed: boolean): UnavailableReason | undefined {
  if (error instanceof DatabaseError) {
    const { code = '' } = error;
    if (code === STATEMENT_CANCELED_STATE) return 'slow';
    if (code === (role === 'replica' ? RECOVERY_CONFLICT_STATE : READ_ONLY_STATE)) return 'failed';
    if (!unavailableStates.test(code)) return undefined;
    return endedStates.has(code) ? 'lost' : 'failed';
  }
  // Whatever else the driver rejects with is about the connection, unless our own code is at fault.
  if (error instanceof TypeError || error instanceof RangeError) return undefined;
  return wasUsed ? 'lost' : 'failed';
}
