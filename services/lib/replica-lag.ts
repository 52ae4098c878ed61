import { Gauge, type Registry } from 'prom-client';
import { type Database, defineQueries } from './database';

export const REPLICA_LAG_METRIC = 'database_replica_lag_seconds';

const QUERIES = defineQueries({
  // A replica that has replayed all it received lags by nothing, however long ago the last write was.
  replicaLag: `
    SELECT CASE
      WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
      ELSE coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0)
    END::float8 AS seconds`,
});

/** @returns undefined for a replica that does not answer: whatever the reason, the autoscaler's metric is in the same scrape */
async function lagOf(replica: Database): Promise<number | undefined> {
  try {
    const [row] = await replica.query<{ seconds: number }>(QUERIES.replicaLag, []);
    return row?.seconds;
  } catch {
    return undefined;
  }
}

/**
 * Exports `database_replica_lag_seconds`, by the replica's place in DATABASE_REPLICA_URLS; asked at each scrape. A replica that
 * does not answer has no series.
 */
export function exportReplicaLag(replicas: readonly Database[], registry: Registry): void {
  new Gauge({
    name: REPLICA_LAG_METRIC,
    help: 'How far a replica’s replay is behind what it has received.',
    labelNames: ['replica'] as const,
    registers: [registry],
    async collect() {
      const lags = await Promise.all(replicas.map(lagOf));
      this.reset();
      lags.forEach((seconds, replica) => {
        if (seconds !== undefined) this.set({ replica: String(replica) }, seconds);
      });
    },
  });
}
