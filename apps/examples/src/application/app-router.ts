import { chatErrorShape, chatSse, chatTransformer, type ChatServices, createChatRouter } from '@folkmoot/api';
import { initTRPC, TRPCError } from '@trpc/server';
import type { Session } from './sessions.ts';

/** One a request, and one a WebSocket: so it finds the session anew at each call, and a session that has ended ends there too. */
export type Context = { findSession: () => Session | undefined };

const t = initTRPC.context<Context>().create({
  transformer: chatTransformer,
  sse: chatSse,
  errorFormatter: (options) => chatErrorShape(options),
});

/** The application's own procedures, and the chat beside them. */
export function createAppRouter(services: ChatServices) {
  return t.router({
    greeting: t.procedure.query(({ ctx }) => {
      const session = ctx.findSession();
      if (!session) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in first.' });
      return `Hello, ${session.account.fullName}!`;
    }),
    chat: createChatRouter({
      t,
      services,
      authenticate(ctx) {
        const session = ctx.findSession();
        if (!session) return null;
        const { login, fullName, isStaff } = session.account;
        const role = isStaff ? 'moderator' : 'member';
        return { id: login, username: login, name: fullName, role, expiresAt: session.expiresAt };
      },
    }),
  });
}

/** What clients import, as a type: `createTRPCClient<AppRouter>(…)`. */
export type AppRouter = ReturnType<typeof createAppRouter>;
