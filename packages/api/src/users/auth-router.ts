import { guestInputSchema, guestSessionSchema, meSchema } from '@folkmoot/contract';
import { type ChatRouterOptions, createChatProcedures } from '../chat-procedures.ts';
import { requireRootSetup } from '../transport/root-setup.ts';
import { createGuestLogin, type GuestTokens } from './guest-login.ts';

/** As for {@link createChatRouter}, and how guests get their tokens. */
export type AuthRouterOptions<Context extends object> = ChatRouterOptions<Context> & {
  /** Absent where guests are not let in: `auth.guest` then fails with GUEST_LOGIN_OFF. */
  guests?: GuestTokens | undefined;
};

export type AuthRouter = ReturnType<typeof buildAuthRouter>;

/** `auth.me` and `auth.guest`. A host with its own sign-in leaves it out. Checks the root as `createChatRouter` does. */
export function createAuthRouter<Context extends object>(options: AuthRouterOptions<Context>): AuthRouter;
export function createAuthRouter(options: AuthRouterOptions<object>): AuthRouter {
  requireRootSetup(options.t);
  return buildAuthRouter(options);
}

function buildAuthRouter(options: AuthRouterOptions<object>) {
  const { t, services, guests } = options;
  const { signedIn, signIn } = createChatProcedures(options);
  const guestLogin = createGuestLogin({ tokens: guests, users: services.users, newId: services.newId });

  return t.router({
    me: signedIn.output(meSchema).query(async ({ ctx }) => {
      const user = await services.users.ensure(ctx.caller);
      return { ...user, role: ctx.caller.role };
    }),
    guest: signIn
      .input(guestInputSchema)
      .output(guestSessionSchema)
      .mutation(({ ctx, input }) => guestLogin.login(ctx.current, input)),
  });
}
