import type { MessageRow } from './message-view.ts';

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
