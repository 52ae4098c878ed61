/** Where a database is and who we are there; TLS and pool sizes are configured beside it. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** Why a value was refused, in terms a reader can act on. */
export interface Refusal {
  readonly limit: string;
  readonly remedy: string;
}

const FORM = 'postgres://user:password@host:5432/database';

/** Reads `postgres://user:password@host:port/database`. Parameters are refused: the driver would let them override what is configured. */
export function parseDatabaseUrl(text: string): DatabaseAddress | Refusal {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')) {
    return { limit: 'a Postgres URL', remedy: `write ${FORM}, with special characters of the password percent-encoded` };
  }
  const parameter = [...url.searchParams.keys()][0];
  if (parameter === 'sslmode') {
    return { limit: 'no sslmode: it overrides the CA that TLS is verified against', remedy: 'remove sslmode and set DATABASE_CA_FILE' };
  }
  if (parameter !== undefined || url.hash !== '') {
    return { limit: 'no parameters: they override what the other variables say', remedy: `remove everything after the database name: ${FORM}` };
  }
  const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map(decode);
  // Hosts are the same in any case, and URLs of this scheme keep theirs.
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (!host || !user || !password || !database || database.includes('/')) {
    return { limit: 'user, password, host and one database name, all given', remedy: `write ${FORM}` };
  }
  return { host, port: url.port === '' ? 5432 : Number(url.port), database, user, password };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A value as it may be shown: scheme, user, host and path stay, whatever could be a password is `***`. */
export function maskUrl(text: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  if (scheme === undefined) return '***';
  const rest = text.slice(scheme.length);
  const at = rest.lastIndexOf('@');
  // Without "@" a colon may be followed by a port or by a password whose host was forgotten.
  if (at === -1) return /^[^:?#]*(:\d{1,5})?(\/[^:?#]*)?$/.test(rest) ? text : `${scheme}***`;
  const user = rest.slice(0, at).split(':', 1)[0] ?? '';
  return `${scheme}${user}:***@${rest.slice(at + 1).replace(/(password=)[^&]*/gi, '$1***')}`;
}
