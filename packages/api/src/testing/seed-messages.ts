import type { Database } from '@folkmoot/db';
import { sql } from 'drizzle-orm';

/**
 * Puts `count` messages, each with its event, into an empty room in one statement, past the write function: for tests
 * that need a large room and not how it came about. Statistics stay as they are.
 */
export async function seedMessages(
  database: Database,
  { room, count, authors = 20 }: { room: string; count: number; authors?: number },
): Promise<void> {
  const userId = (n: unknown) =>
    sql`('aaaaaaaa-0000-4000-8000-' || lpad((${n} % ${authors}::integer)::text, 12, '0'))::uuid`;
  await database.transaction(async (tx) => {
    await tx.execute(sql`
      insert into folkmoot.users (id, username, name)
      select ${userId(sql`n`)}, 'seed-' || n, 'Seed ' || n from generate_series(0, ${authors - 1}::integer) as n
      on conflict do nothing
    `);
    await tx.execute(sql`
      insert into folkmoot.community_chat
        (room_id, id, seq, version, user_id, message, created_at, updated_at, client_message_id, client_hash)
      select ${room}, gen_random_uuid(), n, n, ${userId(sql`n`)}, 'message ' || n, now(), now(), gen_random_uuid(), sha256('x')
      from generate_series(1, ${count}::integer) as n
    `);
    await tx.execute(sql`
      insert into folkmoot.room_events (room_id, seq, type, message_id, actor_id, at)
      select room_id, seq, 'message-received', id, user_id, created_at from folkmoot.community_chat where room_id = ${room}
    `);
    await tx.execute(sql`
      update folkmoot.rooms set last_seq = ${count}::integer, message_rows = ${count}::integer where slug = ${room}
    `);
  });
}
