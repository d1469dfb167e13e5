import { createServer } from 'node:http';
import postgres from 'postgres';
import { announcePort } from './announce-port.ts';

/* The same rows as a history page of `main-chat` has, by the least code that reads and prints them. */

const [databaseUrl = ''] = process.argv.slice(2);
const sql = postgres(databaseUrl, { max: 10 });

const httpServer = createServer((_request, response) => {
  sql`
    select c.id, c.room_id, c.user_id, c.message, c.seq, c.version, c.edited_at, c.is_deleted, c.created_at,
      c.updated_at, c.client_message_id, u.username, u.name, u.is_guest
    from folkmoot.community_chat c join folkmoot.users u on u.id = c.user_id
    where c.room_id = 'main-chat' order by c.seq desc limit 50
  `.then(
    (rows) => {
      const body = JSON.stringify(rows.toReversed());
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      response.end(body);
    },
    () => response.writeHead(500).end(),
  );
});

announcePort(httpServer);
