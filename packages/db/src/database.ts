import type { DatabaseClient } from './connect-database.ts';

/**
 * Our tables in one database, as `connectDatabase` gives them: what services are made with. To ask something of it,
 * take `drizzleOf` of `@folkmoot/db/drizzle`. It is not Drizzle's type here, since Drizzle's declarations compile only
 * beside all the databases that it knows, and a host need not have those.
 */
export type Database = { readonly $client: DatabaseClient };
