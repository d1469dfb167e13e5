import { customType, pgSchema, timestamp } from 'drizzle-orm/pg-core';

/** Everything of ours lives in this PostgreSQL schema, so that a host's tables and migrations are never touched. */
export const folkmootSchema = pgSchema('folkmoot');

/** A point in time with the precision that a JavaScript Date has: what is read back equals what was written. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });
