/**
 * A place in a Postgres server's write-ahead log (an LSN), as the number of bytes before it. It grows with every write, on
 * the primary and on its replicas alike, so that positions compare where times mislead. A double is exact to 2^53 bytes,
 * 8 PiB of log.
 */
export type WalPosition = number;

/** Beyond every position that a server can reach: only the primary may answer, since it has every write. */
export const UNREACHED_POSITION: WalPosition = Number.MAX_SAFE_INTEGER;

const FORM = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;
const HALF = 2 ** 32;

/** Reads Postgres's text form, `16/B374D848`. @returns undefined for any other text, and for positions beyond 2^53 */
export function parseWalPosition(text: string): WalPosition | undefined {
  const [, high, low] = FORM.exec(text) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const position = Number.parseInt(high, 16) * HALF + Number.parseInt(low, 16);
  return Number.isSafeInteger(position) ? position : undefined;
}

/** Postgres's text form of a position. */
export function formatWalPosition(position: WalPosition): string {
  return `${Math.floor(position / HALF).toString(16).toUpperCase()}/${(position % HALF).toString(16).toUpperCase()}`;
}
