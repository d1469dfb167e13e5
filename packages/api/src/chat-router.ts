import { type ChatRouterOptions, createChatProcedures } from './chat-procedures.ts';
import { createHintProcedures } from './hints/hint-router.ts';
import { createMessageProcedures } from './messages/message-router.ts';
import { createModerationProcedures } from './moderation/moderation-router.ts';
import { createRoomProcedures } from './rooms/room-router.ts';
import { createStatsProcedures } from './stats/stats-router.ts';
import { requireRootSetup } from './transport/root-setup.ts';

export type ChatRouter = ReturnType<typeof buildChatRouter>;

/**
 * The chat as a router of a host's own tRPC root, to be mounted as `chat`. Throws at once when the root lacks what the
 * chat needs: a transformer that keeps Dates, and `chatErrorShape` in its error formatter.
 *
 * @example
 * const t = initTRPC.context<Context>().create({
 *   transformer: chatTransformer,
 *   sse: chatSse,
 *   errorFormatter: (options) => chatErrorShape(options),
 * });
 * const appRouter = t.router({
 *   chat: createChatRouter({ t, services, authenticate: (ctx) => ctx.session?.user ?? null }),
 * });
 */
export function createChatRouter<Context extends object>(options: ChatRouterOptions<Context>): ChatRouter;
export function createChatRouter(options: ChatRouterOptions<object>): ChatRouter {
  requireRootSetup(options.t);
  return buildChatRouter(options);
}

function buildChatRouter(options: ChatRouterOptions<object>) {
  const { t, services } = options;
  const procedures = createChatProcedures(options);
  return t.router({
    ...createMessageProcedures(procedures, services),
    ...createHintProcedures(procedures, services),
    ...createRoomProcedures(procedures, services),
    ...createStatsProcedures(procedures, services),
    ...createModerationProcedures(procedures, services),
  });
}
