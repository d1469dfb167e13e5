import type { MessageRow } from '../messages/message-view.ts';

/** A write as it waits in the queue. `messageId` of a send is made before its first try, so repeats are recognised (S5). */
export type MessageOperation =
  | {
      kind: 'send';
      messageId: string;
      actorId: string;
      text: string;
      clientMessageId: string | null;
      /** No ban holds for a moderator (A4); no by default. */
      asModerator?: boolean;
    }
  | { kind: 'edit'; messageId: string; actorId: string; text: string; asModerator?: boolean }
  | { kind: 'delete'; messageId: string; actorId: string; asModerator: boolean };

/** A write that is a call of its own, for it is rare and has little in common with the others (A4). */
export type BanOperation =
  | { kind: 'ban'; actorId: string; userId: string; until: Date | null; reason: string | null }
  | { kind: 'unban'; actorId: string; userId: string };

export type WriteOperation = MessageOperation | BanOperation;

/** Refusals that only the write function can know of, for they may change until the room's lock is held. */
export const writeRefusals = [
  'ROOM_NOT_FOUND',
  'USER_UNKNOWN',
  'BANNED',
  'MESSAGE_NOT_FOUND',
  'NOT_YOUR_MESSAGE',
  'MESSAGE_DELETED',
  'CLIENT_MESSAGE_ID_REUSED',
  'USER_NOT_FOUND',
  'BAN_ALREADY_OVER',
] as const;
export type WriteRefusal = (typeof writeRefusals)[number];

/**
 * What became of one operation: of a message, or of a user who was banned. `unchanged` is a repeat, an edit to the same
 * text, a second delete (S2, S4) or a second ban.
 */
export type WriteOutcome =
  | { status: 'written' | 'unchanged'; row: MessageRow; event: { seq: number; type: string } | undefined }
  | { status: 'written' | 'unchanged'; userId: string; event: { seq: number; type: string } | undefined }
  | { status: 'refused'; refusal: WriteRefusal };

export type BatchResult = {
  /** The room's position after the batch; undefined for no such room. */
  place: { epoch: string; head: number } | undefined;
  /** One for each operation, in order. */
  outcomes: WriteOutcome[];
};

/**
 * What two operations of one batch may not share: the write function looks at the state before the batch, so the second
 * one has to wait for the next batch.
 */
export function conflictKeys(operation: WriteOperation): string[] {
  if (isBanOperation(operation)) return [operation.userId];
  if (operation.kind !== 'send') return [operation.messageId];
  return operation.clientMessageId === null
    ? [operation.messageId]
    : [operation.messageId, `${operation.actorId} ${operation.clientMessageId}`];
}

export function isBanOperation(operation: WriteOperation): operation is BanOperation {
  return operation.kind === 'ban' || operation.kind === 'unban';
}
