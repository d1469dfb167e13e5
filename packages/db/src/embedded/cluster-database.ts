import postgres from '#postgres';
import { clusterUrl, type Cluster } from './cluster.ts';

/** Makes the database of that name if there is none. The server proves by SCRAM that it knows our password. */
export async function ensureDatabase(cluster: Cluster, port: number, name: string): Promise<void> {
  try {
    await withClient(clusterUrl(cluster, port, name), (sql) => sql`select 1`);
  } catch (error) {
    if (!(error instanceof postgres.PostgresError) || error.code !== '3D000') throw error;
    await withClient(clusterUrl(cluster, port, 'postgres'), (sql) => sql`create database ${sql(name)}`);
  }
}

async function withClient(url: string, run: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, fetch_types: false, onnotice: () => {} });
  try {
    await run(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
