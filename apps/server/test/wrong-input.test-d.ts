import type { FolkmootRouter } from '@folkmoot/api';
import type { Message, MessageStreamEvent } from '@folkmoot/contract';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { createTRPCClient, httpBatchLink, type TRPCClient } from '@trpc/client';
import { expectTypeOf, test } from 'vitest';

type Chat = TRPCClient<FolkmootRouter>['chat'];
declare const chat: Chat;
type Inputs = inferRouterInputs<FolkmootRouter>['chat'];
type Outputs = inferRouterOutputs<FolkmootRouter>['chat'];

test('a stock client may call with what the contract says', () => {
  expectTypeOf<{ message: string }>().toExtend<Inputs['send']>();
  expectTypeOf<{ room: string; message: string; clientMessageId: string }>().toExtend<Inputs['send']>();
  expectTypeOf<undefined>().toExtend<Inputs['history']>();
  expectTypeOf<{ cursor: null; direction: 'forward' }>().toExtend<Inputs['history']>();
});

test('wrong input does not compile', () => {
  // @ts-expect-error -- a message is a text
  void (async () => chat.send.mutate({ message: 1 }));
  // @ts-expect-error -- and has to be there
  void (async () => chat.send.mutate({ room: 'main-chat' }));
  // @ts-expect-error -- nothing else is taken for it
  void (async () => chat.send.mutate({ text: 'hello' }));
  // @ts-expect-error -- a limit is a number
  void (async () => chat.history.query({ limit: '10' }));
  // @ts-expect-error -- a page of messages is not asked for by user
  void (async () => chat.userMessages.query({ limit: 10 }));
  // @ts-expect-error -- a message to edit is named
  void (async () => chat.edit.mutate({ message: 'hello' }));
  // @ts-expect-error -- typing is yes or no
  void (async () => chat.setTyping.mutate({ isTyping: 'yes' }));
  // @ts-expect-error -- there is no such procedure
  void (async () => chat.sendMessage.mutate({ message: 'hello' }));
  // @ts-expect-error -- a mutation is not a query
  void (async () => chat.send.query({ message: 'hello' }));
  // @ts-expect-error -- without the transformer Dates would arrive as strings
  createTRPCClient<FolkmootRouter>({ links: [httpBatchLink({ url: '/trpc' })] });
});

test('what comes back has the types of the contract', () => {
  expectTypeOf<Outputs['send']>().toEqualTypeOf<Message>();
  expectTypeOf<Outputs['history']['messages'][number]['createdAt']>().toEqualTypeOf<Date>();
  const onData = (event: { id: string; data: MessageStreamEvent }) => event;
  void (() => chat.message.subscribe({}, { onData }));
  // @ts-expect-error -- an event has no text of its own
  void (() => chat.message.subscribe({}, { onData: ({ data }) => data.text }));
});
