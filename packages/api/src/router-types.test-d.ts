import type { HintEvent, Message, MessageStreamEvent, User } from '@folkmoot/contract';
import type { createTRPCClient, TRPCClient, TRPCClientError } from '@trpc/client';
import { initTRPC } from '@trpc/server';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { QueryClient } from '@tanstack/react-query';
import superjson from 'superjson';
import { expectTypeOf, test } from 'vitest';
import type { HostRouter } from '../test/host-application.ts';
import {
  type ChatServices,
  chatErrorShape,
  chatTransformer,
  createAuthRouter,
  createChatRouter,
  type FolkmootRouter,
  type Identity,
} from './index.ts';

declare const client: TRPCClient<FolkmootRouter>;
declare const services: ChatServices;
type Inputs = inferRouterInputs<FolkmootRouter>;
type Outputs = inferRouterOutputs<FolkmootRouter>;

test('a client is typed by the router’s type alone, and its times are Dates', () => {
  expectTypeOf<ReturnType<typeof createTRPCClient<FolkmootRouter>>>().toEqualTypeOf<typeof client>();
  expectTypeOf(client.chat.send.mutate).returns.resolves.toEqualTypeOf<Message>();
  expectTypeOf<Outputs['chat']['send']['createdAt']>().toEqualTypeOf<Date>();
  expectTypeOf<Outputs['chat']['history']['messages'][number]['editedAt']>().toEqualTypeOf<Date | null>();
  expectTypeOf<Outputs['auth']['guest']>().toEqualTypeOf<{ token: string; user: User }>();
  expectTypeOf<Outputs['auth']['me']['role']>().toEqualTypeOf<'member' | 'moderator' | 'admin'>();
  expectTypeOf<Outputs['chat']['stats']['daily'][number]>().toEqualTypeOf<{
    day: string;
    messages: number;
    users: number;
  }>();
});

test('streams are typed, and the one of messages is tracked (R7)', () => {
  client.chat.message.subscribe(
    {},
    {
      onData(tracked) {
        expectTypeOf(tracked.id).toEqualTypeOf<string>();
        expectTypeOf(tracked.data).toEqualTypeOf<MessageStreamEvent>();
      },
      onError(error) {
        expectTypeOf(error).toExtend<TRPCClientError<FolkmootRouter>>();
      },
    },
  );
  client.chat.hints.subscribe({}, { onData: (hint) => expectTypeOf(hint).toEqualTypeOf<HintEvent>() });
});

test('optional inputs may be left out altogether, and null counts as absent', () => {
  expectTypeOf(client.chat.history.query).toBeCallableWith();
  expectTypeOf(client.chat.history.query).toBeCallableWith({ cursor: null, direction: 'forward', page: null });
  expectTypeOf(client.chat.recent.query).toBeCallableWith({ limit: 10 });
  expectTypeOf(client.chat.rooms.query).toBeCallableWith();
  expectTypeOf<{ message: string; clientMessageId: null }>().toExtend<Inputs['chat']['send']>();
});

test('wrong input does not compile', () => {
  const { auth, chat } = client;
  return [
    // @ts-expect-error a message is a text
    chat.send.mutate({ message: 7 }),
    // @ts-expect-error a message has to be given
    chat.send.mutate({ room: 'main-chat' }),
    // @ts-expect-error there is no such key
    chat.history.query({ rooms: 'main-chat' }),
    // @ts-expect-error a limit is a number
    chat.history.query({ limit: '50' }),
    // @ts-expect-error events are asked for after a position
    chat.events.query({}),
    // @ts-expect-error a name has to be given
    auth.guest.mutate({}),
    // @ts-expect-error typing is said or denied
    chat.setTyping.mutate({ isTyping: 'yes' }),
    // @ts-expect-error there is no such procedure
    chat.shout.mutate({ message: 'x' }),
    // @ts-expect-error a query is not mutated
    chat.history.mutate({}),
  ];
});

type Context = { session: { userId: string } | undefined };
const chatErrors = { errorFormatter: (options: Parameters<typeof chatErrorShape>[0]) => chatErrorShape(options) };
const t = initTRPC.context<Context>().create({ transformer: superjson, ...chatErrors });

test('a host’s authenticate gets the host’s own context, and any other does not compile', () => {
  createChatRouter({
    t,
    services,
    authenticate(ctx) {
      expectTypeOf(ctx).toEqualTypeOf<Context>();
      return ctx.session && { id: ctx.session.userId };
    },
    clientAddress: (ctx) => ctx.session?.userId,
  });
  createChatRouter({ t, services, authenticate: () => Promise.resolve(null) });
  // @ts-expect-error this context has no user
  createChatRouter({ t, services, authenticate: (ctx) => ctx.user });
  // @ts-expect-error another context than the root's
  createChatRouter({ t, services, authenticate: (ctx: { user: Identity }) => ctx.user });
  // @ts-expect-error another context than the root's
  createAuthRouter({ t, services, authenticate: (ctx: { user: Identity }) => ctx.user });
  // @ts-expect-error ids are texts: a host with numbers says String(id)
  createChatRouter({ t, services, authenticate: () => ({ id: 7 }) });
  // @ts-expect-error there is no such role
  createChatRouter({ t, services, authenticate: () => ({ id: '7', role: 'owner' }) });
  // @ts-expect-error authenticate has to be given
  createChatRouter({ t, services });
});

test('a root without a transformer does not compile', () => {
  const authenticate = () => null;
  const bare = initTRPC.context<Context>().create();
  // @ts-expect-error a transformer is missing: times are Dates
  createChatRouter({ t: bare, services, authenticate });
  // @ts-expect-error a transformer is missing: times are Dates
  createAuthRouter({ t: bare, services, authenticate });
  createChatRouter({ t: initTRPC.context<Context>().create({ transformer: chatTransformer }), services, authenticate });
});

test('mounted in a host’s router the chat is typed for the host’s clients, with the host’s error fields', () => {
  type HostClient = TRPCClient<HostRouter>;
  expectTypeOf<ReturnType<HostClient['chat']['send']['mutate']>>().resolves.toEqualTypeOf<Message>();
  expectTypeOf<ReturnType<HostClient['account']['me']['query']>>().resolves.toHaveProperty('email');
  type ErrorData = NonNullable<TRPCClientError<HostRouter>['data']>;
  expectTypeOf<ErrorData>().toHaveProperty('requestId');
  expectTypeOf<ErrorData['chat']['retryable']>().toEqualTypeOf<'yes' | 'no' | 'with-client-message-id'>();
});

test('TanStack’s infinite queries take chat.history as it is', () => {
  const trpc: TRPCOptionsProxy<FolkmootRouter> = createTRPCOptionsProxy<FolkmootRouter>({
    client,
    queryClient: new QueryClient(),
  });
  trpc.chat.history.infiniteQueryOptions(
    { room: 'main-chat', limit: 50 },
    {
      getNextPageParam(page) {
        expectTypeOf(page.messages).toEqualTypeOf<Message[]>();
        return page.nextCursor;
      },
      getPreviousPageParam: (page) => page.previousCursor,
    },
  );
  trpc.chat.userMessages.infiniteQueryOptions({ userId: 'x' }, { getNextPageParam: (page) => page.nextCursor });
  trpc.chat.message.subscriptionOptions(
    {},
    { onData: ({ data }) => expectTypeOf(data).toEqualTypeOf<MessageStreamEvent>() },
  );
});
