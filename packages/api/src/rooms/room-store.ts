import { type Database, rooms } from '@folkmoot/db';
import { asc, type SQL, sql } from 'drizzle-orm';

/** The first part of a room's position (R2). The mark of the cluster is read once a statement, not once a row. */
export const epochColumn: SQL<string> = sql<string>`folkmoot.epoch_of(${rooms.epoch}, (select folkmoot.cluster_mark()))`;

export type RoomStore = {
  /** Makes the rooms that do not exist yet. */
  ensure(slugs: readonly string[]): Promise<void>;
  /** Every room with its position, by name. */
  list(): Promise<{ slug: string; epoch: string; head: number }[]>;
};

export function createRoomStore(database: Database): RoomStore {
  return {
    async ensure(slugs) {
      if (slugs.length === 0) return;
      await database
        .insert(rooms)
        .values(slugs.map((slug) => ({ slug })))
        .onConflictDoNothing();
    },
    list: () =>
      database
        .select({ slug: rooms.slug, epoch: epochColumn, head: rooms.lastSeq })
        .from(rooms)
        .orderBy(asc(rooms.slug)),
  };
}
