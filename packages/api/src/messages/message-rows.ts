import type { Database } from '@folkmoot/db';
import type { MessageRow } from './message-view.ts';

/**
 * Prepares a query whose rows come as the driver read them, cell by cell in the order of its columns. Drizzle's own way
 * from cells to an object asks of every cell anew what its column is: for a page of messages a tenth of the whole answer.
 */
export function prepareCells(database: Database, name: string, query: { toSQL(): { sql: string; params: unknown[] } }) {
  type Cells = { execute: unknown[][]; all: unknown; values: unknown };
  const prepared = database._.session.prepareQuery<Cells>(query.toSQL(), undefined, name, true, (rows) => rows);
  return async (values: Record<string, unknown>): Promise<unknown[][]> => prepared.execute(values);
}

/**
 * The message of a row that begins with the columns of a message (`messageColumns`) and of its author (`authorOf`);
 * undefined where there is none. Both or neither is there: the foreign key sees to it that every message has an author.
 */
export function readMessageRow(cells: readonly unknown[]): MessageRow | undefined {
  const [roomId, id, seq, version, userId, message, editedAt, isDeleted, createdAt, ...rest] = cells;
  const [updatedAt, clientMessageId, username, name, isGuest] = rest;
  if (id === null) return undefined;
  return {
    roomId: text(roomId),
    id: text(id),
    seq: Number(text(seq)),
    version: Number(text(version)),
    userId: text(userId),
    message: text(message),
    editedAt: editedAt === null ? null : new Date(text(editedAt)),
    isDeleted: isDeleted === true,
    createdAt: new Date(text(createdAt)),
    updatedAt: new Date(text(updatedAt)),
    clientMessageId: clientMessageId === null ? null : text(clientMessageId),
    username: text(username),
    name: text(name),
    isGuest: isGuest === true,
  };
}

/** A cell of any type but boolean and json: the driver leaves it as PostgreSQL prints it. */
export function text(cell: unknown): string {
  if (typeof cell !== 'string') throw new TypeError(`Expected a cell with text, not ${typeof cell}.`);
  return cell;
}
