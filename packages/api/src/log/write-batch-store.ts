import type { Database } from '@folkmoot/db';
import { communityChat, drizzleOf, type SQL, sql, users } from '@folkmoot/db/drizzle';
import { createBanStore } from '../moderation/ban-store.ts';
import {
  type BatchResult,
  isBanOperation,
  type MessageOperation,
  type WriteOperation,
  type WriteOutcome,
  writeRefusals,
} from './write-batch.ts';

/**
 * Writes one batch to one room in one round trip and one transaction. A ban comes alone, and is a call of
 * `folkmoot.write_ban`; all else is one of `folkmoot.write_room`.
 */
export type WriteBatch = (room: string, operations: readonly WriteOperation[]) => Promise<BatchResult>;

export function createWriteBatch(database: Database): WriteBatch {
  const writeMessages = prepareWrite(database, 'folkmoot_write_room');
  const banStore = createBanStore(database);
  return async (room, operations) => {
    const [first] = operations;
    if (first && isBanOperation(first)) return banStore.write(room, first);
    return writeMessages(
      room,
      operations.filter((operation) => !isBanOperation(operation)),
    );
  };
}

/** An operation and when it happened, in another place or long ago. */
export type PastOperation = MessageOperation & { at: Date };

/**
 * Writes one batch with times of its own. Rejects with SQLSTATE 22000, and nothing written, when they do not rise from the
 * room's last event to now (S1).
 */
export type WritePastBatch = (room: string, operations: readonly PastOperation[]) => Promise<BatchResult>;

export function createWritePastBatch(database: Database): WritePastBatch {
  const times = sql`, p_times => ${sql.placeholder('times')}::text[]::timestamptz[]`;
  const writePast = prepareWrite(database, 'folkmoot_import_room', times);
  return (room, operations) => writePast(room, operations, { times: operations.map(({ at }) => at.toISOString()) });
}

function prepareWrite(database: Database, name: string, furtherParameters: SQL = sql.empty()) {
  const db = drizzleOf(database);
  // Strings only, and as text[]: postgres.js takes an array for what its first element is, and prints whatever the
  // server then calls a boolean as false unless it is the value true itself.
  const call = sql`folkmoot.write_room(
    ${sql.placeholder('room')},
    ${sql.placeholder('kinds')}::text[],
    ${sql.placeholder('messageIds')}::uuid[],
    ${sql.placeholder('actorIds')}::uuid[],
    ${sql.placeholder('texts')}::text[],
    ${sql.placeholder('clientMessageIds')}::uuid[],
    ${sql.placeholder('asModerator')}::text[]::boolean[]${furtherParameters}
  )`;
  // Prepared: otherwise PostgreSQL parses and plans this anew for each batch, and is first asked for the types of the
  // parameters, which is a second round trip.
  const statement = db
    .select({
      status: sql<string>`status`,
      epoch: sql<string | null>`epoch`,
      head: sql<number | null>`head`.mapWith(communityChat.seq),
      eventSeq: sql<number | null>`event_seq`.mapWith(communityChat.seq),
      eventType: sql<string | null>`event_type`,
      id: sql<string | null>`id`,
      seq: sql<number>`seq`.mapWith(communityChat.seq),
      version: sql<number>`version`.mapWith(communityChat.version),
      userId: sql<string>`user_id`,
      message: sql<string>`message`,
      editedAt: sql<Date | null>`edited_at`.mapWith(communityChat.editedAt),
      isDeleted: sql<boolean>`is_deleted`.mapWith(communityChat.isDeleted),
      createdAt: sql<Date>`created_at`.mapWith(communityChat.createdAt),
      updatedAt: sql<Date>`updated_at`.mapWith(communityChat.updatedAt),
      clientMessageId: sql<string | null>`client_message_id`,
      username: sql<string>`username`,
      name: sql<string>`name`,
      isGuest: sql<boolean>`is_guest`.mapWith(users.isGuest),
    })
    .from(call)
    .orderBy(sql`ordinal`)
    .prepare(name);

  return async (
    room: string,
    operations: readonly MessageOperation[],
    further: Record<string, unknown> = {},
  ): Promise<BatchResult> => {
    const rows = await statement.execute({
      ...further,
      room,
      kinds: operations.map(({ kind }) => kind),
      messageIds: operations.map(({ messageId }) => messageId),
      actorIds: operations.map(({ actorId }) => actorId),
      texts: operations.map((operation) => ('text' in operation ? operation.text : null)),
      clientMessageIds: operations.map((operation) => (operation.kind === 'send' ? operation.clientMessageId : null)),
      asModerator: operations.map(({ asModerator = false }) => String(asModerator)),
    });

    const outcomes = rows.map(
      ({ status, epoch: _epoch, head: _head, eventSeq, eventType, id, ...rest }): WriteOutcome => {
        if (id !== null && (status === 'written' || status === 'unchanged')) {
          const event = eventSeq !== null && eventType !== null ? { seq: eventSeq, type: eventType } : undefined;
          return { status, row: { roomId: room, id, ...rest }, event };
        }
        const refusal = writeRefusals.find((known) => known === status);
        if (refusal === undefined) throw new Error(`write_room answered with the unknown status ${status}`);
        return { status: 'refused', refusal };
      },
    );
    const [first] = rows;
    const place =
      first && first.epoch !== null && first.head !== null ? { epoch: first.epoch, head: first.head } : undefined;
    return { place, outcomes };
  };
}
