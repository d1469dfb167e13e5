import type { User } from '@folkmoot/contract';
import type { Database } from '@folkmoot/db';
import { drizzleOf, eq, sql, users } from '@folkmoot/db/drizzle';

export type UserStore = {
  /**
   * Stores a user, and their names if they come from a newer credential than those kept, or from one without a date
   * (A9). Gives the user as stored.
   */
  save(user: User, namedAt: Date | undefined): Promise<User>;
};

export function createUserStore(database: Database): UserStore {
  const db = drizzleOf(database);
  const columns = { id: users.id, username: users.username, name: users.name, isGuest: users.isGuest };

  return {
    async save(user, namedAt) {
      const [saved] = await db
        .insert(users)
        .values({ ...user, namedAt: namedAt ?? null })
        .onConflictDoUpdate({
          target: users.id,
          set: {
            username: user.username,
            name: user.name,
            isGuest: user.isGuest,
            namedAt: sql`coalesce(excluded.named_at, ${users.namedAt})`,
            updatedAt: sql`now()`,
          },
          setWhere: sql`(excluded.named_at is null or ${users.namedAt} is null or excluded.named_at > ${users.namedAt})`,
        })
        .returning(columns);
      if (saved) return saved;
      const [kept] = await db.select(columns).from(users).where(eq(users.id, user.id));
      return kept ?? user;
    },
  };
}
