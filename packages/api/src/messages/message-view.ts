import type { Message } from '@folkmoot/contract';

/** A row of `community_chat` with its author, as every query of ours selects it. */
export type MessageRow = {
  roomId: string;
  id: string;
  seq: number;
  version: number;
  userId: string;
  message: string;
  editedAt: Date | null;
  isDeleted: boolean;
  createdAt: Date;
  updatedAt: Date;
  clientMessageId: string | null;
  username: string;
  name: string;
  isGuest: boolean;
};

/** The only way from a row to what anyone sees: a deleted message's text ends here (R8). */
export function toMessage(row: MessageRow): Message {
  return {
    id: row.id,
    room: row.roomId,
    userId: row.userId,
    message: row.isDeleted ? '' : row.message,
    seq: row.seq,
    version: row.version,
    editedAt: row.editedAt,
    isDeleted: row.isDeleted,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    clientMessageId: row.clientMessageId,
    user: { id: row.userId, username: row.username, name: row.name, isGuest: row.isGuest },
  };
}
