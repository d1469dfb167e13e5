import type { DatabaseClient } from './connect-database.ts';

/** Settings without which an acknowledged message can be lost in a crash of the database's machine (S1). */
const needed = ['fsync', 'full_page_writes'];

/** One sentence for each setting of the server that gives up what `send` promises. */
export async function findLossySettings(sql: DatabaseClient): Promise<string[]> {
  const off = await sql<{ name: string }[]>`
    select name from pg_catalog.pg_settings where name = any(${needed}) and setting = 'off' order by name`;
  return off.map(
    ({ name }) => `The database runs with ${name} = off: acknowledged messages can be lost when it crashes.`,
  );
}
