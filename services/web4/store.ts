import { defineQueries, type Database } from '../lib/database';

/** What a client stores. */
export interface AssetContent {
  readonly mediaType: string;
  readonly content: string;
}

/** A stored asset. */
export interface Asset extends AssetContent {
  readonly id: string;
  /** Counts an asset's writes from 1. */
  readonly version: number;
  readonly updatedAt: Date;
}

interface AssetRow {
  readonly id: string;
  readonly media_type: string;
  readonly content: string;
  /** A bigint, which pg gives as text. */
  readonly version: string;
  readonly updated_at: Date;
}

const COLUMNS = 'id, media_type, content, version, updated_at';

const QUERIES = defineQueries({
  upsertAsset: `INSERT INTO assets (id, media_type, content) VALUES ($1, $2, $3)
    ON CONFLICT (id) DO UPDATE SET media_type = excluded.media_type, content = excluded.content, version = assets.version + 1, updated_at = now()
    RETURNING ${COLUMNS}`,
  findAsset: `SELECT ${COLUMNS} FROM assets WHERE id = $1`,
});

export class AssetStore {
  constructor(private readonly primary: Database) {}

  async put(id: string, { mediaType, content }: AssetContent): Promise<Asset> {
    const [row] = await this.primary.query<AssetRow>(QUERIES.upsertAsset, [id, mediaType, content]);
    if (row === undefined) throw new Error('INSERT … RETURNING returned no row');
    return assetOf(row);
  }

  async find(id: string): Promise<Asset | undefined> {
    const [row] = await this.primary.query<AssetRow>(QUERIES.findAsset, [id]);
    return row === undefined ? undefined : assetOf(row);
  }
}

function assetOf(row: AssetRow): Asset {
  return { id: row.id, mediaType: row.media_type, content: row.content, version: Number(row.version), updatedAt: row.updated_at };
}
