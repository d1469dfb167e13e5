import type { User } from '@folkmoot/contract';
import type { Database } from '@folkmoot/db';
import { and, drizzleOf, eq, gt, lt, nodes, roomPresence, sql, users } from '@folkmoot/db/drizzle';

/** Someone in a room. */
export type Presence = { room: string; userId: string };

/** Who is in a room through other nodes: all of them where they are few, else as many as were asked for. */
export type OthersPresent = {
  users: User[];
  /** How many of them are not here through this node too. */
  count: number;
};

export type PresenceStore = {
  /**
   * Keeps the node alive for `leaseMs` from now, by the database's clock. False when it was not alive any more: others
   * hold it for dead, and it needs a new source.
   */
  renew(source: string, leaseMs: number): Promise<boolean>;
  /** Adds a node that is alive for `leaseMs`, and removes those that have been dead for long. */
  register(source: string, leaseMs: number): Promise<void>;
  /**
   * Who has come and who has gone; not of users whom the database does not know, because it was restored from before
   * them. Throws where the node is not registered.
   */
  save(source: string, changes: { joined: readonly Presence[]; left: readonly Presence[] }): Promise<void>;
  /** At most `limit` people of the room whom living nodes other than `source` have. */
  findOthers(room: string, source: string, limit: number): Promise<OthersPresent>;
};

/** Two parameters, however many they are. */
function toTable(people: readonly Presence[]) {
  const roomIds = sql.param(people.map(({ room }) => room));
  const userIds = sql.param(people.map(({ userId }) => userId));
  return sql`unnest(${roomIds}::text[], ${userIds}::uuid[])`;
}

const forgetDeadAfter = sql`interval '10 minutes'`;

export function createPresenceStore(database: Database): PresenceStore {
  const db = drizzleOf(database);
  const fromNow = (ms: number) => sql`now() + ${ms} * interval '1 millisecond'`;

  return {
    async renew(source, leaseMs) {
      const renewed = await db
        .update(nodes)
        .set({ expiresAt: fromNow(leaseMs) })
        .where(and(eq(nodes.source, source), gt(nodes.expiresAt, sql`now()`)))
        .returning({ source: nodes.source });
      return renewed.length > 0;
    },

    async register(source, leaseMs) {
      await db.delete(nodes).where(lt(nodes.expiresAt, sql`now() - ${forgetDeadAfter}`));
      await db.insert(nodes).values({ source, expiresAt: fromNow(leaseMs) });
    },

    async save(source, { joined, left }) {
      if (left.length > 0) {
        const gone = sql`select * from ${toTable(left)}`;
        await db
          .delete(roomPresence)
          .where(
            and(eq(roomPresence.source, source), sql`(${roomPresence.roomId}, ${roomPresence.userId}) in (${gone})`),
          );
      }
      if (joined.length > 0) {
        await db.execute(sql`
          insert into ${roomPresence} (room_id, source, user_id)
          select come.room_id, ${source}, u.id
          from ${toTable(joined)} as come (room_id, user_id) join ${users} u on u.id = come.user_id
          on conflict do nothing`);
      }
    },

    async findOthers(room, source, limit) {
      const rows = await db.execute<{
        elsewhere: string;
        id: string;
        username: string;
        name: string;
        is_guest: boolean;
      }>(sql`
        with other as (
          select distinct p.user_id
          from ${roomPresence} p join ${nodes} n on n.source = p.source and n.expires_at > now()
          where p.room_id = ${room} and p.source <> ${source}
        ), elsewhere as (
          select count(*) as count from other o where not exists (
            select from ${roomPresence} own
            where own.room_id = ${room} and own.source = ${source} and own.user_id = o.user_id
          )
        )
        select (select count from elsewhere) as elsewhere, u.id, u.username, u.name, u.is_guest
        from (select user_id from other limit ${limit}) named join ${users} u on u.id = named.user_id`);
      return {
        count: Number(rows[0]?.elsewhere ?? 0),
        users: rows.map(({ id, username, name, is_guest }) => ({ id, username, name, isGuest: is_guest })),
      };
    },
  };
}
