import type { QueryResultRow } from 'pg';
import { defineQueries, type Database, type Query } from '../lib/database';
import { parseWalPosition, UNREACHED_POSITION, type WalPosition } from '../lib/wal-position';
import type { AssetDatabase } from './store';

const QUERIES = defineQueries({ walPosition: 'SELECT pg_current_wal_insert_lsn()::text AS position' });

/** The primary behind the interface of ReadWritePool, which is to replace it in main.ts. */
export class PrimaryAlone implements AssetDatabase {
  constructor(private readonly primary: Database) {}

  async read<Row extends QueryResultRow>(query: Query, values: readonly unknown[]): Promise<{ readonly rows: readonly Row[]; readonly seen: WalPosition }> {
    // Before the read, so that it has seen all that is before.
    const seen = await this.position();
    return { rows: await this.primary.query<Row>(query, values), seen };
  }

  async write<Row extends QueryResultRow>(query: Query, values: readonly unknown[]): Promise<{ readonly rows: readonly Row[]; readonly position: WalPosition }> {
    const rows = await this.primary.query<Row>(query, values);
    // After the commit, so that whoever has come so far has it.
    return { rows, position: await this.position().catch(() => UNREACHED_POSITION) };
  }

  private async position(): Promise<WalPosition> {
    const [row] = await this.primary.query<{ position: string }>(QUERIES.walPosition, []);
    return parseWalPosition(row?.position ?? '') ?? UNREACHED_POSITION;
  }
}
