import { createServer } from 'node:http';
import express from 'express';
import { Server, type Namespace } from 'socket.io';
import { seedUserId } from '../crowd/socket-io-dialect.ts';
import { announcePort } from './announce-port.ts';
import { findPage, findWithAuthor, openSeedModels, SeedChat, SeedUser } from './seed-models.ts';

/*
 * A small build of the stack that the project began as a description of: Express, Socket.IO, Sequelize and PostgreSQL,
 * with the namespace, events and room of that description. What is not measured (edits, typing, presence) is left out,
 * which is to its advantage.
 */

const users = 256;
const room = 'main-chat';
const [databaseUrl = ''] = process.argv.slice(2);

type Answer = { success: true; data: unknown } | { success: false; error: string };
type Acknowledge = (answer: Answer) => void;
type ClientEvents = {
  'authenticate-user': (input: { userId: string }, acknowledge: Acknowledge) => void;
  'load-messages': (input: { page?: number; limit?: number }, acknowledge: Acknowledge) => void;
  'send-message': (input: { message: string }, acknowledge: Acknowledge) => void;
};
type ServerEvents = { 'message-received': (message: SeedChat | null) => void };

async function main(): Promise<void> {
  await openSeedModels(databaseUrl);
  const rows = Array.from({ length: users }, (_, index) => {
    return { id: seedUserId(index), username: `bench-${index}`, name: `bench-${index}` };
  });
  await SeedUser.bulkCreate(rows, { ignoreDuplicates: true });

  const app = express();
  app.get('/api/community/chat/recent', async (_request, response) => {
    response.json({ success: true, data: await findPage({ page: 1, limit: 50 }) });
  });
  const httpServer = createServer(app);
  serveChat(new Server(httpServer, { serveClient: false }).of('/api/community/chat'));
  announcePort(httpServer);
}

function serveChat(chat: Namespace<ClientEvents, ServerEvents>): void {
  chat.on('connection', (socket) => {
    let userId: string | undefined;

    socket.on('authenticate-user', (input, acknowledge) => {
      answer(acknowledge, async () => {
        const user = await SeedUser.findByPk(input.userId);
        if (!user) throw new Error('Unknown user');
        userId = user.id;
        if (socket.handshake.auth['subscribes'] === true) await socket.join(room);
        return user;
      });
    });
    socket.on('load-messages', ({ page = 1, limit = 50 }, acknowledge) => {
      answer(acknowledge, async () => findPage({ page, limit }));
    });
    socket.on('send-message', ({ message }, acknowledge) => {
      answer(acknowledge, async () => {
        const text = message.trim();
        if (userId === undefined) throw new Error('Not authenticated');
        if (text.length === 0 || text.length > 5000) throw new Error('A message has 1 to 5000 characters');
        const { id } = await SeedChat.create({ user_id: userId, message: text });
        const created = await findWithAuthor(id);
        chat.to(room).emit('message-received', created);
        return created;
      });
    });
  });
}

function answer(acknowledge: Acknowledge, work: () => Promise<unknown>): void {
  work().then(
    (data) => acknowledge({ success: true, data }),
    (error: unknown) => acknowledge({ success: false, error: error instanceof Error ? error.message : 'failed' }),
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
