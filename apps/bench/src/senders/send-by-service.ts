import { randomUUID } from 'node:crypto';
import { createChatServices, createFolkmootRouter, type Identity } from '@folkmoot/api';
import { connectDatabase } from '@folkmoot/db';
import { callTRPCProcedure } from '@trpc/server';
import { benchRoom } from '../crowd/dialects.ts';
import type { SendWay } from './send-ways.ts';

type Context = { identity: Identity };

/** `chat.send` as a transport calls it, every rule included; one context an author, as one socket has. */
export async function sendByService(databaseUrl: string): Promise<SendWay> {
  const connection = connectDatabase({ url: databaseUrl });
  const services = await createChatServices({ database: connection.db, rooms: [benchRoom], rateLimits: false });
  const router = createFolkmootRouter<Context>({
    services,
    authenticate: ({ identity }) => identity,
    clientAddress: () => '127.0.0.1',
  });
  const contexts = new Map<string, Context>();
  const { signal } = new AbortController();

  return {
    send(author, message) {
      const ctx = contexts.get(author) ?? { identity: { id: author, username: 'bench', name: 'Bench' } };
      contexts.set(author, ctx);
      const input = { room: benchRoom, message, clientMessageId: randomUUID() };
      const getRawInput = async (): Promise<unknown> => input;
      return callTRPCProcedure({
        router,
        path: 'chat.send',
        getRawInput,
        ctx,
        type: 'mutation',
        signal,
        batchIndex: 0,
      });
    },
    async close() {
      await services.close();
      await connection.close();
    },
  };
}
