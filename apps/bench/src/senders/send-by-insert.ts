import { randomUUID } from 'node:crypto';
import { connectDatabase } from '@folkmoot/db';
import type { SendWay } from './send-ways.ts';

/** One INSERT a message into a table of the seed's shape: no order, no event, no counters, no de-duplication. */
export async function sendByInsert(databaseUrl: string): Promise<SendWay> {
  const connection = connectDatabase({ url: databaseUrl });
  const { sql } = connection;
  await sql`create schema if not exists seed`;
  await sql`
    create table if not exists seed.community_chat (
      id uuid primary key,
      user_id uuid not null references folkmoot.users (id),
      message text not null,
      edited_at timestamptz,
      is_deleted boolean not null default false,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )
  `;
  await sql`create index if not exists community_chat_user on seed.community_chat (user_id)`;

  return {
    send: async (author, message) =>
      sql`insert into seed.community_chat (id, user_id, message) values (${randomUUID()}, ${author}, ${message}) returning *`,
    close: async () => connection.close(),
  };
}
