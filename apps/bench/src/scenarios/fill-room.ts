import postgres from 'postgres';

const authors = 50;

/**
 * Makes the room hold so many messages, by SQL, with the counters that the writer would have kept. Their events are
 * left out: no page of history reads the log. For a room that nobody has written to.
 */
export async function fillRoom(
  databaseUrl: string,
  { room, messages }: { room: string; messages: number },
): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await sql`
      insert into folkmoot.users (id, username, name)
      select md5('author ' || i)::uuid, 'author-' || i, 'Author ' || i from generate_series(1, ${authors}::int) i
      on conflict do nothing
    `;
    // Checking two foreign keys for each of a million rows takes longer than writing them.
    await sql`set session_replication_role = replica`;
    await sql`
      insert into folkmoot.community_chat (room_id, id, seq, version, user_id, message, created_at, updated_at)
      select ${room}, gen_random_uuid(), i, i, md5('author ' || (i % ${authors}::int + 1))::uuid,
        'Message ' || i || repeat(' lorem ipsum', 8), at, at
      from generate_series(1, ${messages}::int) i,
        lateral (select now() - make_interval(secs => ${messages}::int - i) as at) t
    `;
    await sql`
      update folkmoot.rooms set last_seq = ${messages}::int, message_rows = ${messages}::int,
        total_messages = ${messages}::int, total_users = ${authors}::int
      where slug = ${room}
    `;
    await sql`vacuum analyze folkmoot.community_chat`;
  } finally {
    await sql.end();
  }
}
