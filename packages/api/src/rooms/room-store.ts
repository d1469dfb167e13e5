import type { Database } from '@folkmoot/db';
import { asc, drizzleOf, epochColumn, rooms } from '@folkmoot/db/drizzle';

export type RoomStore = {
  /** Makes the rooms that do not exist yet. */
  ensure(slugs: readonly string[]): Promise<void>;
  /** Every room with its position, by name. */
  list(): Promise<{ slug: string; epoch: string; head: number }[]>;
};

export function createRoomStore(database: Database): RoomStore {
  const db = drizzleOf(database);
  return {
    async ensure(slugs) {
      if (slugs.length === 0) return;
      await db
        .insert(rooms)
        .values(slugs.map((slug) => ({ slug })))
        .onConflictDoNothing();
    },
    list: () =>
      db.select({ slug: rooms.slug, epoch: epochColumn, head: rooms.lastSeq }).from(rooms).orderBy(asc(rooms.slug)),
  };
}
