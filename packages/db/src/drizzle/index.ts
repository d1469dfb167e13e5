/*
 * The tables, and what asks them: for the stores of @folkmoot/api and for tests. Drizzle comes from here and not from
 * `drizzle-orm`, so that tables and queries are always of one copy of it.
 */
export { type AnyColumn, type SQL, and, asc, desc, eq, gt, inArray, isNull, lt, or, sql } from 'drizzle-orm';
export * from '../schema/index.ts';
export { type DrizzleDatabase, drizzleOf } from './drizzle-of.ts';
export { epochColumn } from './epoch-column.ts';
export { authorOf, messageColumns } from './message-columns.ts';
export { prepareCells } from './prepare-cells.ts';
