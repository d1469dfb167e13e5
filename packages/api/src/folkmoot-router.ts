import { initTRPC } from '@trpc/server';
import type { ChatRouterOptions } from './chat-procedures.ts';
import { createChatRouter } from './chat-router.ts';
import { chatErrorShape } from './errors/chat-error-shape.ts';
import { toTrpcError } from './errors/map-error.ts';
import { chatSse } from './transport/chat-sse.ts';
import { chatTransformer } from './transport/chat-transformer.ts';
import { createAuthRouter } from './users/auth-router.ts';
import type { GuestTokens } from './users/guest-login.ts';

/** As for {@link createChatRouter}, without a root object; `guests` as for {@link createAuthRouter}. */
export type FolkmootRouterOptions<Context extends object> = Omit<ChatRouterOptions<Context>, 't'> & {
  guests?: GuestTokens | undefined;
};

/** `auth` and `chat` on a tRPC root of our own: what apps/server serves and what clients are typed by. */
export function createFolkmootRouter<Context extends object>(options: FolkmootRouterOptions<Context>): FolkmootRouter;
export function createFolkmootRouter(options: FolkmootRouterOptions<object>): FolkmootRouter {
  return buildFolkmootRouter(options);
}

/** The type that a client imports: `createTRPCClient<FolkmootRouter>(…)`. */
export type FolkmootRouter = ReturnType<typeof buildFolkmootRouter>;

function buildFolkmootRouter(options: FolkmootRouterOptions<object>) {
  const t = initTRPC.context<object>().create({
    transformer: chatTransformer,
    sse: chatSse,
    // Here every error is the chat's, also those that tRPC makes before it calls a procedure.
    errorFormatter: ({ shape, error }) => chatErrorShape({ shape, error: toTrpcError(error) }),
  });
  return t.router({
    auth: createAuthRouter({ ...options, t }),
    chat: createChatRouter({ ...options, t }),
  });
}
