import { createServer, type IncomingMessage } from 'node:http';
import { initTRPC, TRPCError } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { chatErrorShape } from '../src/errors/chat-error-shape.ts';
import { type ChatServices, createChatRouter } from '../src/index.ts';
import { chatSse } from '../src/transport/chat-sse.ts';
import { chatTransformer } from '../src/transport/chat-transformer.ts';
import type { HostDatabase } from './host-database.ts';

type Account = { id: number; email: string; displayName: string; isStaff: boolean };

/** A context as some hosts have it: of a class, with a secret of its own, which no copy of it would have. */
class HostContext {
  readonly requestId: string;
  readonly #findAccount: () => Promise<Account | undefined>;

  constructor(requestId: string, findAccount: () => Promise<Account | undefined>) {
    this.requestId = requestId;
    this.#findAccount = findAccount;
  }

  account(): Promise<Account | undefined> {
    return this.#findAccount();
  }
}

/** The host's own tRPC root: its context, its meta, its error formatter, and ours added last. */
const t = initTRPC
  .context<HostContext>()
  .meta<{ audited: boolean }>()
  .create({
    transformer: chatTransformer,
    sse: chatSse,
    isDev: true,
    errorFormatter: (options) => {
      const { shape, error, ctx } = options;
      const zodError = error.cause instanceof z.ZodError ? z.flattenError(error.cause) : null;
      const data = { ...shape.data, zodError, requestId: ctx?.requestId ?? null };
      return chatErrorShape({ ...options, shape: { ...shape, data } });
    },
  });

const signedIn = t.procedure.meta({ audited: true }).use(async ({ ctx, next }) => {
  const account = await ctx.account();
  if (!account) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'No session, says the host.' });
  return next({ ctx: { account } });
});

function createHostRouter(services: ChatServices) {
  return t.router({
    account: t.router({
      me: signedIn.query(({ ctx }) => ctx.account),
      rename: signedIn.input(z.object({ name: z.string().min(3) })).mutation(({ input }) => {
        throw new TRPCError({ code: 'CONFLICT', message: `${input.name} is taken, says the host.` });
      }),
      crash: t.procedure.query(() => {
        throw new Error('the host tripped');
      }),
    }),
    chat: createChatRouter({
      t,
      services,
      async authenticate(ctx) {
        const account = await ctx.account();
        if (!account) return null;
        const { id, displayName, isStaff } = account;
        const common = { username: `user${id}`, name: displayName };
        return isStaff ? { ...common, id: `staff|${id}`, role: 'moderator' } : { ...common, id: String(id) };
      },
    }),
  });
}

export type HostRouter = ReturnType<typeof createHostRouter>;

export type HostServer = { url: string; [Symbol.asyncDispose](): Promise<void> };

/** The host's server: tRPC's own adapters for HTTP with server-sent events, and for WebSocket. */
export async function startHostServer(database: HostDatabase, services: ChatServices): Promise<HostServer> {
  const router = createHostRouter(services);
  let requests = 0;
  const contextFor = (session: string | undefined): HostContext =>
    new HostContext(`request-${++requests}`, () => findAccount(database, session));

  const http = createServer(createHTTPHandler({ router, createContext: ({ req }) => contextFor(sessionOf(req)) }));
  const wss = new WebSocketServer({ server: http });
  applyWSSHandler({
    wss,
    router,
    createContext: ({ info }) => contextFor(info.connectionParams?.['session'] ?? undefined),
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of wss.clients) socket.terminate();
      wss.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

async function findAccount({ sql }: HostDatabase, session: string | undefined): Promise<Account | undefined> {
  if (session === undefined) return undefined;
  const [found] = await sql<Account[]>`
    select u.id, u.email, u.display_name as "displayName", u.is_staff as "isStaff"
    from sessions s join users u on u.id = s.user_id where s.token = ${session}`;
  return found;
}

function sessionOf({ headers }: IncomingMessage): string | undefined {
  return /(?:^|; )session=([^;]*)/.exec(headers.cookie ?? '')?.[1];
}
