import { defaultRoom, roomSlugSchema } from '@folkmoot/contract';
import type { TRPCRootObject } from '@trpc/server';
import type { ChatServices } from './chat-services.ts';
import { DomainError } from './errors/domain-error.ts';
import { toTrpcError } from './errors/map-error.ts';
import { type Caller, type Identity, isModerator, toCaller } from './identity.ts';
import type { LimitedAction } from './rate-limits/rate-limiter.ts';
import { refusalOf } from './transport/input-guard.ts';
import { takeWriteTicket } from './write-order.ts';

/* `any` as tRPC's own types have it: a host's meta and error shape are its own business. */
// oxlint-disable-next-line typescript/no-explicit-any
type Any = any;

/** What `initTRPC.create` gives, of a host whose context is `Context`. It has to have a transformer: times are Dates. */
export type HostTrpc<Context extends object> = TRPCRootObject<
  Context,
  Any,
  Any,
  { ctx: Context; meta: Any; errorShape: Any; transformer: true }
>;

type Authenticated = Identity | null | undefined;

/** A host's root object, the services, and who is calling. */
export type ChatRouterOptions<Context extends object> = {
  /** The host's own root object. */
  t: HostTrpc<Context>;
  services: ChatServices;
  /**
   * Who is calling, asked at every call; null or undefined for nobody. Whoever cannot be believed is refused by throwing
   * `new DomainError('TOKEN_INVALID')` or `'TOKEN_EXPIRED'` (A2).
   */
  authenticate: (context: Context) => Authenticated | Promise<Authenticated>;
  /** What anonymous calls are limited by (A6): an address, IPv6 as its /64. Without it they are not limited. */
  clientAddress?: (context: Context) => string | undefined;
};

/**
 * The kinds of procedures that the chat is made of. What each lets in is told by its name and checked here alone. The
 * host's context type ends at the routers' signatures: nothing in here looks into a context, it is only handed on.
 */
export function createChatProcedures(options: ChatRouterOptions<object>) {
  const { t, services, authenticate, clientAddress } = options;

  async function limit(action: LimitedAction, caller: Caller | null, context: object): Promise<void> {
    const who = caller?.user.id ?? clientAddress?.(context);
    if (who !== undefined) await services.rateLimiter.check(action, who);
  }

  async function findCaller(context: object): Promise<Caller | null> {
    const identity = await authenticate(context);
    if (!identity) return null;
    const caller = toCaller(identity);
    // At every call: a connection outlives its credential (A3).
    if (caller.expiresAt && caller.expiresAt.getTime() <= services.clock.now()) throw new DomainError('TOKEN_EXPIRED');
    return caller;
  }

  async function requireCaller(context: object): Promise<Caller> {
    const caller = await findCaller(context);
    if (!caller) throw new DomainError('UNAUTHORIZED');
    return caller;
  }

  /**
   * The ticket is taken before anything is awaited, so that tickets are in the order of the calls (S6). One middleware
   * does all, because the next one would get a copy of the host's context, without its class and its private fields.
   */
  const write = t.procedure.use(async ({ ctx, next, getRawInput }) => {
    const ticket = takeWriteTicket(ctx);
    try {
      const caller = await requireCaller(ctx);
      await limit('write', caller, ctx);
      await refuseBadInput(getRawInput);
      const result = await next({ ctx: { caller, ticket } });
      if (!result.ok) throw result.error;
      return result;
    } catch (error) {
      throw toTrpcError(error);
    } finally {
      ticket.leave();
    }
  });

  const call = t.procedure.use(async ({ next }) => {
    const result = await next();
    if (!result.ok) throw toTrpcError(result.error);
    return result;
  });

  const signedIn = call.use(async ({ ctx, next, getRawInput, type }) => {
    const caller = await requireCaller(ctx);
    // A stock client opens all its streams again in one frame, on every reconnect; those do not count as calls.
    if (type !== 'subscription') await limit('read', caller, ctx);
    await refuseBadInput(getRawInput);
    return next({ ctx: { caller } });
  });

  /** For calls about a room, by those who are not banned from it (A4). Streams see to that themselves, all the time. */
  const member = signedIn.use(async ({ ctx, next, getRawInput, type }) => {
    const room = roomOf(await getRawInput());
    if (type !== 'subscription' && room !== undefined) {
      // Of a room that does not exist nothing is asked, and nothing kept.
      await services.rooms.require(room);
      await services.bans.require(ctx.caller, room);
    }
    return next();
  });

  const moderator = signedIn.use(async ({ ctx, next }) => {
    requireModerator(ctx.caller);
    return next();
  });

  const moderatorWrite = write.use(async ({ ctx, next }) => {
    requireModerator(ctx.caller);
    return next();
  });

  const anonymous = call.use(async ({ ctx, next, getRawInput }) => {
    const caller = await findCaller(ctx);
    if (!caller && !services.anonymousReads) throw new DomainError('UNAUTHORIZED');
    await limit('read', caller, ctx);
    await refuseBadInput(getRawInput);
    return next();
  });

  /** For whoever wants to sign in: a credential that is not believed does not stand in the way (A2). */
  const signIn = call.use(async ({ ctx, next, getRawInput }) => {
    const address = clientAddress?.(ctx);
    if (address !== undefined) await services.rateLimiter.check('guest-login', address);
    await refuseBadInput(getRawInput);
    const current = await findCaller(ctx).catch((error: unknown) => {
      // Whatever else went wrong, such as keys out of reach, must not cost a guest who they are.
      if (toTrpcError(error).code === 'UNAUTHORIZED') return null;
      throw error;
    });
    return next({ ctx: { current } });
  });

  return { write, signedIn, member, moderator, moderatorWrite, anonymous, signIn };
}

export type ChatProcedures = ReturnType<typeof createChatProcedures>;

async function refuseBadInput(getRawInput: () => Promise<unknown>): Promise<void> {
  const refusal = refusalOf(await getRawInput());
  if (refusal) throw refusal;
}

/** Undefined where the schema is going to refuse it. */
function roomOf(input: unknown): string | undefined {
  const room = typeof input === 'object' && input !== null && 'room' in input ? input.room : undefined;
  return room == null ? defaultRoom : roomSlugSchema.safeParse(room).data;
}

function requireModerator(caller: Caller): void {
  if (!isModerator(caller)) throw new DomainError('FORBIDDEN');
}
