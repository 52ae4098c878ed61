import { parseDatabaseUrl, type DatabaseAddress } from '../database-url';

/** @throws Error for what is no URL of a Postgres database */
export function addressOf(url: string): DatabaseAddress {
  const address = parseDatabaseUrl(url);
  if ('limit' in address) throw new Error(address.limit);
  return address;
}
