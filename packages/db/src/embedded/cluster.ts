import type { PostgresUser } from './postgres-user.ts';

/** A PostgreSQL cluster on disk, ready to be started. */
export type Cluster = {
  /** The folder that was asked for: lock, password and log lie in it, and the cluster in its folder `postgres`. */
  dataDir: string;
  clusterDir: string;
  binDir: string;
  logFile: string;
  password: string;
  /** Whom it runs as, when not as ourselves. */
  user: PostgresUser | undefined;
  /** The account may not enter a folder above the cluster: it is handed the open folder instead of its path. */
  byOpenFolder: boolean;
  /** Further settings of the server, such as `fsync: 'off'` in tests. */
  settings: Readonly<Record<string, string>>;
};

/**
 * The superuser of the embedded cluster. Not `folkmoot`: PostgreSQL looks for tables in the schema named after the user
 * first, so that a host's `users` would mean ours.
 */
export const clusterUser = 'postgres';

/** Where the password and everything else of an embedded PostgreSQL is put together for a client. */
export function clusterUrl({ password }: Cluster, port: number, database: string): string {
  return `postgres://${clusterUser}:${password}@127.0.0.1:${port}/${database}`;
}
