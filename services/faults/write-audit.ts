import type { PostgresCluster } from '../lib/testing/postgres-cluster';
import type { Check } from './fault';
import type { LoadResult } from './load';
import { isWrite, type Web5Bed } from './web5-bed';

/** What became of writes: who did them how often, and who was told so. */

const none = (what: string, value: number): Check => ({ what, value, unit: 'writes', limit: { exactly: 0 }, kind: 'state' });

/**
 * Lets the primary note each time a write arrives. The table alone would not tell: its key is unique and its writes skip
 * what is there, so that one done twice leaves one row. For `before` of {@link Web5BedOptions}.
 */
export async function auditWrites({ administer, primary }: PostgresCluster): Promise<void> {
  await administer(
    primary,
    `CREATE TABLE insertions (did text NOT NULL);
     CREATE FUNCTION note_insertion() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO insertions VALUES (NEW.did); RETURN NEW; END $$;
     CREATE TRIGGER note_insertion BEFORE INSERT ON identities FOR EACH ROW EXECUTE FUNCTION note_insertion()`,
  );
}

/** Whether the client was told that its write is done: also by 200, which says that it had been done before. */
export const isAcknowledged = (result: LoadResult): boolean => isWrite(result) && (result.status === 201 || result.status === 200);

/** That what was acknowledged is there, and that nothing was done twice: neither that nor what its client was told nothing of. */
export async function writtenOnce({ cluster }: Web5Bed, results: readonly LoadResult[]): Promise<readonly Check[]> {
  const acknowledged = results.filter(isAcknowledged);
  const dids = acknowledged.map(({ json }) => (json as { readonly id: string }).id);
  const stored = await cluster.administer(cluster.primary, `SELECT did FROM identities JOIN unnest('{${dids.join()}}'::text[]) AS acknowledged (did) USING (did)`);
  const repeated = await cluster.administer(cluster.primary, 'SELECT did FROM insertions GROUP BY did HAVING count(*) > 1');
  return [
    { what: 'acknowledged writes', value: acknowledged.length, unit: 'writes', limit: { atLeast: 1 }, kind: 'state' },
    none('acknowledged writes that are not there', acknowledged.length - stored.length),
    none('writes done more than once', repeated.length),
    none('fresh keys answered as already there', acknowledged.filter(({ status }) => status === 200).length),
  ];
}
