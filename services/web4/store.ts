import { DatabaseUnavailableError, defineQueries, type Query } from '../lib/database';
import type { Deadline } from '../lib/deadline';
import type { ReadOptions, ReadWritePool } from '../lib/read-write-pool';
import { parseWalPosition, UNREACHED_POSITION, type WalPosition } from '../lib/wal-position';
import { endOfPrefix } from './prefix';

/** What a client stores. */
export interface AssetContent {
  readonly mediaType: string;
  readonly content: string;
}

/** What a list shows of an asset. */
export interface AssetSummary {
  readonly id: string;
  readonly mediaType: string;
  /** Counts an asset's writes from 1. */
  readonly version: number;
  readonly updatedAt: Date;
}

/** A stored asset. */
export interface Asset extends AssetSummary, AssetContent {
  /** Differs between assets that had the same id one after the other. */
  readonly generation: string;
}

/** What of an asset must be so that a write is done; `any` and `none` are the asset as a whole. */
export type Condition = { readonly kind: 'always' } | { readonly kind: 'any' } | { readonly kind: 'none' } | { readonly kind: 'one-of'; readonly states: readonly AssetState[] };

/** One state of an asset, which its ETag names. */
export interface AssetState {
  readonly generation: string;
  readonly version: string;
}

export interface Written<Value> {
  readonly value: Value;
  /** Whether anything is other than before. */
  readonly changed: boolean;
  readonly position: WalPosition;
}

interface AssetRow {
  readonly id: string;
  readonly media_type: string;
  readonly content: string;
  /** Bigints, which pg gives as text. */
  readonly version: string;
  readonly generation: string;
  readonly updated_at: Date;
}
type SummaryRow = Pick<AssetRow, 'id' | 'media_type' | 'version' | 'updated_at'>;

const COLUMNS = 'id, media_type, content, version, coalesce(generation, 0) AS generation, updated_at';
const CHANGE = 'media_type = $2, content = $3, version = assets.version + 1, updated_at = now()';
const IN_STATE = `(coalesce(generation, 0), version) IN (SELECT * FROM unnest($STATES::bigint[], $STATES_VERSIONS::bigint[]))`;
const inState = (first: number): string => IN_STATE.replace('$STATES_VERSIONS', `$${first + 1}`).replace('$STATES', `$${first}`);

const QUERIES = defineQueries({
  upsertAsset: `INSERT INTO assets (id, media_type, content) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET ${CHANGE} RETURNING ${COLUMNS}`,
  insertAsset: `INSERT INTO assets (id, media_type, content) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING RETURNING ${COLUMNS}`,
  updateAsset: `UPDATE assets SET ${CHANGE} WHERE id = $1 RETURNING ${COLUMNS}`,
  updateAssetIfMatch: `UPDATE assets SET ${CHANGE} WHERE id = $1 AND ${inState(4)} RETURNING ${COLUMNS}`,
  deleteAsset: 'DELETE FROM assets WHERE id = $1 RETURNING id',
  deleteAssetIfMatch: `DELETE FROM assets WHERE id = $1 AND ${inState(2)} RETURNING id`,
  // One that was demoted may lack writes.
  primaryPosition: 'SELECT (CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_flush_lsn() END)::text AS position',
  findAsset: `SELECT ${COLUMNS} FROM assets WHERE id = $1`,
  listAssets: `SELECT id, media_type, version, updated_at FROM assets
    WHERE id COLLATE "C" >= $1 AND id COLLATE "C" > $2 AND ($3::text IS NULL OR id COLLATE "C" < $3) ORDER BY id COLLATE "C" LIMIT $4`,
});

export class AssetStore {
  constructor(private readonly pool: ReadWritePool) {}

  /** @returns the asset as it is now, undefined when the condition was not met */
  async put(id: string, { mediaType, content }: AssetContent, condition: Condition, deadline: Deadline): Promise<Written<Asset | undefined>> {
    const values = [id, mediaType, content];
    const write = (query: Query, more: readonly unknown[] = []) => this.pool.write<AssetRow>(query, [...values, ...more], { deadline });
    const { rows, position } = await (condition.kind === 'always'
      ? write(QUERIES.upsertAsset)
      : condition.kind === 'none'
        ? write(QUERIES.insertAsset)
        : condition.kind === 'any'
          ? write(QUERIES.updateAsset)
          : write(QUERIES.updateAssetIfMatch, statesOf(condition.states)));
    return { value: rows[0] && assetOf(rows[0]), changed: rows.length > 0, position };
  }

  /** @returns whether there was one that met the condition */
  async delete(id: string, condition: Condition, deadline: Deadline): Promise<Written<boolean>> {
    const { rows, position } = await (condition.kind === 'one-of'
      ? this.pool.write(QUERIES.deleteAssetIfMatch, [id, ...statesOf(condition.states)], { deadline })
      : this.pool.write(QUERIES.deleteAsset, [id], { deadline }));
    return { value: rows.length > 0, changed: rows.length > 0, position };
  }

  async find(id: string, options: ReadOptions): Promise<{ readonly asset: Asset | undefined; readonly seen: WalPosition }> {
    const { rows, seen } = await this.pool.read<AssetRow>(QUERIES.findAsset, [id], options);
    return { asset: rows[0] && assetOf(rows[0]), seen };
  }

  /**
   * A position that every write before this call precedes.
   *
   * @throws DatabaseUnavailableError when there is no primary that says it
   */
  async position(deadline: Deadline): Promise<WalPosition> {
    const { rows } = await this.pool.read<{ readonly position: string | null }>(QUERIES.primaryPosition, [], { deadline, atLeast: UNREACHED_POSITION });
    const position = parseWalPosition(rows[0]?.position ?? '');
    if (position === undefined) throw new DatabaseUnavailableError(new Error('the primary has no position of its own'));
    return position;
  }

  /** Assets in the order of their ids' bytes. @param after the id before the first one, '' for none */
  async list({ prefix, after, limit }: { readonly prefix: string; readonly after: string; readonly limit: number }, options: ReadOptions): Promise<{ readonly assets: readonly AssetSummary[]; readonly seen: WalPosition }> {
    const { rows, seen } = await this.pool.read<SummaryRow>(QUERIES.listAssets, [prefix, after, endOfPrefix(prefix), limit], options);
    return { assets: rows.map(summaryOf), seen };
  }
}

function statesOf(states: readonly AssetState[]): readonly [readonly string[], readonly string[]] {
  return [states.map(({ generation }) => generation), states.map(({ version }) => version)];
}

function summaryOf({ id, media_type, version, updated_at }: SummaryRow): AssetSummary {
  return { id, mediaType: media_type, version: Number(version), updatedAt: updated_at };
}

function assetOf(row: AssetRow): Asset {
  return { ...summaryOf(row), content: row.content, generation: row.generation };
}
