import { type Database, rooms } from '@folkmoot/db';
import { asc } from 'drizzle-orm';
import { epochColumn } from '../log/log-store.ts';

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
