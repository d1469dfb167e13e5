import type { DrizzleDatabase } from './drizzle-of.ts';

/**
 * Prepares a query whose rows come as the driver read them, cell by cell in the order of its columns. Drizzle's own way
 * from cells to an object asks of every cell anew what its column is: for a page of messages a tenth of the whole answer.
 */
export function prepareCells(
  db: DrizzleDatabase,
  name: string,
  query: { toSQL(): { sql: string; params: unknown[] } },
) {
  type Cells = { execute: unknown[][]; all: unknown; values: unknown };
  const prepared = db._.session.prepareQuery<Cells>(query.toSQL(), undefined, name, true, (rows) => rows);
  return async (values: Record<string, unknown>): Promise<unknown[][]> => prepared.execute(values);
}
