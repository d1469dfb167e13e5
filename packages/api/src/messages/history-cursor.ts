import { DomainError } from '../errors/domain-error.ts';

/**
 * Where a page of messages begins: strictly before or after a seq of one list. Opaque to clients. A cursor that belongs
 * to another room or list is refused: its numbers would silently mean something else.
 */
export type HistoryCursor = { direction: 'older' | 'newer'; seq: number };

const pattern = /^(older|newer)\.(0|[1-9]\d{0,15})$/;

/** @param list what is paged: a room, or a room and an author */
export function printCursor(list: string, cursor: HistoryCursor): string {
  return `${list}.${cursor.direction}.${cursor.seq}`;
}

/** Throws INVALID_CURSOR for one that this list never gave out. */
export function parseCursor(list: string, printed: string): HistoryCursor {
  const [, direction, digits] = printed.startsWith(`${list}.`)
    ? (pattern.exec(printed.slice(list.length + 1)) ?? [])
    : [];
  const seq = Number(digits);
  if ((direction !== 'older' && direction !== 'newer') || !Number.isSafeInteger(seq)) {
    throw new DomainError('INVALID_CURSOR');
  }
  return { direction, seq };
}
