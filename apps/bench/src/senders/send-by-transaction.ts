import { createHash, randomUUID } from 'node:crypto';
import { connectDatabase } from '@folkmoot/db';
import type { SendWay } from './send-ways.ts';

const room = 'transactions';

/**
 * One transaction a message that leaves the same rows behind: the room's number, de-duplication, the message, its
 * event, and all counters. Statements that need no answer of another are pipelined.
 */
export async function sendByTransaction(databaseUrl: string): Promise<SendWay> {
  const connection = connectDatabase({ url: databaseUrl });
  const { sql } = connection;
  await sql`insert into folkmoot.rooms (slug) values (${room}) on conflict do nothing`;

  return {
    send: (author, text) =>
      sql.begin(async (tx) => {
        const id = randomUUID();
        const clientMessageId = randomUUID();
        const hash = createHash('sha256').update(text).digest();
        const [head] = await tx<{ seq: string; at: string }[]>`
          update folkmoot.rooms set last_seq = last_seq + 1, message_rows = message_rows + 1,
            total_messages = total_messages + 1,
            last_at = greatest(date_trunc('milliseconds', clock_timestamp()), last_at)
          where slug = ${room} returning last_seq as seq, last_at::text as at
        `;
        if (!head) throw new Error('There is no room.');
        const { seq, at } = head;
        const [twin] = await tx`
          select id from folkmoot.community_chat
          where room_id = ${room} and user_id = ${author} and client_message_id = ${clientMessageId}
        `;
        if (twin) return twin;
        const [message] = await Promise.all([
          tx`
            insert into folkmoot.community_chat
              (room_id, id, seq, version, user_id, message, created_at, updated_at, client_message_id, client_hash)
            values (${room}, ${id}, ${seq}, ${seq}, ${author}, ${text}, ${at}, ${at}, ${clientMessageId}, ${hash})
            returning *
          `,
          tx`
            insert into folkmoot.room_events (room_id, seq, type, message_id, actor_id, at)
            values (${room}, ${seq}, 'message-received', ${id}, ${author}, ${at})
          `,
          tx`
            with author as (
              insert into folkmoot.room_authors as a (room_id, user_id, messages) values (${room}, ${author}, 1)
              on conflict (room_id, user_id) do update set messages = a.messages + 1 returning a.messages
            )
            update folkmoot.rooms set total_users = total_users + 1
            where slug = ${room} and (select messages from author) = 1
          `,
          tx`
            with author as (
              insert into folkmoot.room_author_days as a (room_id, day, user_id, messages)
              values (${room}, ${at}::timestamptz::date, ${author}, 1)
              on conflict (room_id, day, user_id) do update set messages = a.messages + 1 returning a.messages
            )
            insert into folkmoot.room_days as d (room_id, day, messages, users)
            select ${room}, ${at}::timestamptz::date, 1, (messages = 1)::int from author
            on conflict (room_id, day) do update set messages = d.messages + 1, users = d.users + excluded.users
          `,
          tx`
            insert into folkmoot.room_hours as h (room_id, day, hour, messages)
            values (${room}, ${at}::timestamptz::date, extract(hour from ${at}::timestamptz), 1)
            on conflict (room_id, day, hour) do update set messages = h.messages + 1
          `,
        ]);
        return message;
      }),
    close: async () => connection.close(),
  };
}
