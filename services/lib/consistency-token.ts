import type { Request, Response } from 'express';
import { HttpProblem } from './problem';
import { formatWalPosition, parseWalPosition, UNREACHED_POSITION, type WalPosition } from './wal-position';

export const CONSISTENCY_HEADER = 'X-Consistency-Token';
export const CONSISTENCY_COOKIE = 'consistency-token';
/** By then every replica that may be read has the write: far above the lag at which one gets no reads. */
export const TOKEN_MAX_AGE_SECONDS = 60;

/** In place of a position, after a write whose position is not known: the primary alone may answer. */
const PRIMARY = 'primary';

/** A token has the right form, and asks for what the database has never been. */
export class UnreachedPosition extends HttpProblem {
  constructor(readonly position: WalPosition, headers: Readonly<Record<string, string>> = {}) {
    const detail = `${CONSISTENCY_HEADER}, or cookie ${CONSISTENCY_COOKIE}, must be as the answer to a write gave it: the database has not reached position ${formatWalPosition(position)}`;
    super({ status: 400, detail, field: CONSISTENCY_HEADER, headers });
  }
}

export function unreachedPosition(position: WalPosition): UnreachedPosition {
  return new UnreachedPosition(position);
}

export interface ConsistencyTokensOptions {
  /** Whose positions they are: those of another database mean nothing here. */
  readonly scope: string;
  /** The service's routes, which alone get the cookie: `/api/web5`. */
  readonly path: string;
  /** Whether the cookie is sent over TLS only. */
  readonly secure: boolean;
}

/**
 * Read-your-writes, on any pod and without state: the answer to a write says in a header and in a cookie how far the
 * primary's log was, `web5:0/16B3748`, or `web5:primary` when it did not say. A request that brings it back, either way, is
 * answered by a server that has come so far. A position says nothing that is secret; a made-up one that the primary has not
 * reached is refused, and any other gets no more than reads of the primary, of which there are only so many at once.
 */
export class ConsistencyTokens {
  private readonly form: string;

  constructor(private readonly options: ConsistencyTokensOptions) {
    this.form = `must be ${options.scope}: and a position, as the answer to a write gave it, such as ${options.scope}:0/16B3748 or ${options.scope}:${PRIMARY}`;
  }

  /**
   * What the reads of a request must have reached: the later one when header and cookie differ, 0 without either.
   *
   * @throws HttpProblem 400 for a token that this service has not given
   */
  of(request: Request): WalPosition {
    const header = request.get(CONSISTENCY_HEADER);
    const inHeader = header === undefined ? 0 : this.parse(header);
    if (inHeader === undefined) throw new HttpProblem({ status: 400, detail: `${CONSISTENCY_HEADER} ${this.form}`, field: CONSISTENCY_HEADER });
    const inCookies = this.inCookies(request);
    if (inCookies.includes(undefined)) {
      throw new HttpProblem({ status: 400, detail: `cookie ${CONSISTENCY_COOKIE} ${this.form}; it has been removed`, field: CONSISTENCY_COOKIE, headers: this.removal });
    }
    return Math.max(inHeader, ...inCookies.map((position) => position ?? 0));
  }

  /** Throws what a read threw; when it was that nothing has come so far as a cookie says, the cookie is removed. */
  refuse(request: Request, error: unknown): never {
    if (error instanceof UnreachedPosition && this.inCookies(request).includes(error.position)) throw new UnreachedPosition(error.position, this.removal);
    throw error;
  }

  /** Gives the client of a write its token; before the answer is sent. */
  give(response: Response, position: WalPosition): void {
    response.set(this.headers(position));
  }

  /** What {@link give} sets, for a problem: who hears that something is no longer as they knew it must not read that again. */
  headers(position: WalPosition): Readonly<Record<string, string>> {
    const token = `${this.options.scope}:${position === UNREACHED_POSITION ? PRIMARY : formatWalPosition(position)}`;
    return { [CONSISTENCY_HEADER]: token, 'Set-Cookie': this.cookie(token, TOKEN_MAX_AGE_SECONDS) };
  }

  private inCookies(request: Request): readonly (WalPosition | undefined)[] {
    return cookiesOf(request, CONSISTENCY_COOKIE).map((value) => this.parse(value));
  }

  /** Of a cookie that is refused: browsers would send it again and again. */
  private get removal(): Readonly<Record<string, string>> {
    return { 'Set-Cookie': this.cookie('', 0) };
  }

  private parse(token: string): WalPosition | undefined {
    const prefix = `${this.options.scope}:`;
    if (!token.startsWith(prefix)) return undefined;
    const text = token.slice(prefix.length);
    if (text === PRIMARY) return UNREACHED_POSITION;
    const position = parseWalPosition(text);
    return position === UNREACHED_POSITION ? undefined : position;
  }

  private cookie(value: string, maxAgeSeconds: number): string {
    const { path, secure } = this.options;
    return `${CONSISTENCY_COOKIE}=${value}; Max-Age=${maxAgeSeconds}; Path=${path}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  }
}

/** @throws HttpProblem 400 for a request with a token in its header, for a service that gives none; cookies keep to their paths */
export function withoutToken(request: Pick<Request, 'get'>): void {
  if (request.get(CONSISTENCY_HEADER) === undefined) return;
  throw new HttpProblem({ status: 400, detail: `${CONSISTENCY_HEADER} must be left out here: it is of another service; this one always answers with what is newest`, field: CONSISTENCY_HEADER });
}

/** Every value of a cookie: there may be one for each path. */
function cookiesOf(request: Request, name: string): readonly string[] {
  const pairs = (request.get('Cookie') ?? '').split(';').map((pair) => pair.trim());
  return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
}
