import type { Database } from '@folkmoot/db';
import { and, asc, bans, drizzleOf, eq, gt, isNull, or, roomEvents, type SQL, sql, users } from '@folkmoot/db/drizzle';
import type { Ban } from '@folkmoot/contract';
import { type BanOperation, type BatchResult, type WriteOutcome, writeRefusals } from '../log/write-batch.ts';

export type BanStore = {
  /** Bans or lets in again in one transaction: a call of `folkmoot.write_ban`. For the log writer alone. */
  write(room: string, operation: BanOperation): Promise<BatchResult>;
  /** Who is banned from a room now, by the database's clock, by when they were banned. */
  list(room: string): Promise<Ban[]>;
  /** The ids of the same, in no order: nothing but the table of bans is read. */
  listUserIds(room: string): Promise<string[]>;
};

export function createBanStore(database: Database): BanStore {
  const db = drizzleOf(database);
  return {
    async write(room, operation) {
      const { kind, actorId, userId } = operation;
      const until = kind === 'ban' ? (operation.until?.toISOString() ?? null) : null;
      const reason = kind === 'ban' ? operation.reason : null;
      const [row] = await db
        .select({
          status: sql<string>`status`,
          epoch: sql<string | null>`epoch`,
          head: sql<number | null>`head`.mapWith(roomEvents.seq),
          eventSeq: sql<number | null>`event_seq`.mapWith(roomEvents.seq),
          eventType: sql<string | null>`event_type`,
        })
        .from(
          sql`folkmoot.write_ban(${room}, ${kind}, ${actorId}::uuid, ${userId}::uuid, ${until}::timestamptz, ${reason})`,
        );
      if (!row) throw new Error('write_ban gave no answer');
      const { status, epoch, head, eventSeq, eventType } = row;
      const place = epoch !== null && head !== null ? { epoch, head } : undefined;
      return { place, outcomes: [toOutcome(status, { userId, eventSeq, eventType })] };
    },

    list: (room) =>
      db
        .select({
          userId: bans.userId,
          until: bans.until,
          reason: bans.reason,
          by: bans.by,
          createdAt: bans.createdAt,
          user: { id: users.id, username: users.username, name: users.name, isGuest: users.isGuest },
        })
        .from(bans)
        .innerJoin(users, eq(users.id, bans.userId))
        .where(isBannedFrom(room))
        .orderBy(asc(bans.createdAt), asc(bans.userId)),

    async listUserIds(room) {
      const found = await db.select({ userId: bans.userId }).from(bans).where(isBannedFrom(room));
      return found.map(({ userId }) => userId);
    },
  };
}

function isBannedFrom(room: string): SQL | undefined {
  return and(eq(bans.roomId, room), or(isNull(bans.until), gt(bans.until, sql`now()`)));
}

function toOutcome(
  status: string,
  { userId, eventSeq, eventType }: { userId: string; eventSeq: number | null; eventType: string | null },
): WriteOutcome {
  if (status === 'written' || status === 'unchanged') {
    const event = eventSeq !== null && eventType !== null ? { seq: eventSeq, type: eventType } : undefined;
    return { status, userId, event };
  }
  const refusal = writeRefusals.find((known) => known === status);
  if (refusal === undefined) throw new Error(`write_ban answered with the unknown status ${status}`);
  return { status: 'refused', refusal };
}
