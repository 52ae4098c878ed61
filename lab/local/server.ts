import { Client } from 'pg';

/** A server that the services depend on; its process is the user's to break. */
export interface LocalServer {
  /** `primary`, `replica 1`, `shard 0`, `Redis`. */
  readonly name: string;
  readonly port: number;
  readonly pid: number;
}

/** The process of a Postgres server, which tells it to superusers. */
export async function postgresServer(name: string, { port, superuserUrl }: { readonly port: number; readonly superuserUrl: string }): Promise<LocalServer> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid");
    return { name, port, pid: rows[0]?.pid ?? NaN };
  } finally {
    await client.end();
  }
}
