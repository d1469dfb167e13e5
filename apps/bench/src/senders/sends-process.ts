import { connectDatabase } from '@folkmoot/db';
import { toUserId } from '@folkmoot/contract';
import { markedText } from '../crowd/marked-text.ts';
import { sendByInsert } from './send-by-insert.ts';
import { sendByService } from './send-by-service.ts';
import { sendByTransaction } from './send-by-transaction.ts';
import type { SendWay, SendWayName } from './send-ways.ts';

/* The process that writes to the database in the ways that are compared. It is told which, for how long, by how many. */

export type SendsRequest = { way: SendWayName; senders: number; seconds: number; messageBytes: number };
export type SendsResponse = { perSecond: number } | { error: string };

const makers = { service: sendByService, transaction: sendByTransaction, insert: sendByInsert };
const ways = new Map<SendWayName, Promise<SendWay>>();
const [databaseUrl = ''] = process.argv.slice(2);

async function measure({ way, senders, seconds, messageBytes }: SendsRequest): Promise<number> {
  const opened = ways.get(way) ?? makers[way](databaseUrl);
  ways.set(way, opened);
  const { send } = await opened;
  const authors = Array.from({ length: senders }, (_, index) => toUserId('host', `bench-sender-${index}`));
  await saveAuthors(authors);

  const text = markedText(messageBytes, 0);
  const end = performance.now() + seconds * 1000;
  const start = performance.now();
  let acknowledged = 0;
  const loop = async (author: string): Promise<void> => {
    while (performance.now() < end) {
      await send(author, text);
      acknowledged++;
    }
  };
  await Promise.all(authors.map(loop));
  return acknowledged / ((performance.now() - start) / 1000);
}

async function saveAuthors(authors: string[]): Promise<void> {
  const connection = connectDatabase({ url: databaseUrl, maxConnections: 1 });
  await connection.sql`
    insert into folkmoot.users (id, username, name)
    select id::uuid, 'bench', 'Bench' from unnest(${authors}::text[]) id on conflict do nothing
  `;
  await connection.close();
}

process.on('message', (request: SendsRequest) => {
  measure(request).then(
    (perSecond) => process.send?.({ perSecond } satisfies SendsResponse),
    (error: unknown) => process.send?.({ error: String(error) } satisfies SendsResponse),
  );
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
