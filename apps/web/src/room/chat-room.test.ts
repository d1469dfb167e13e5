import type { ChatClient } from '@folkmoot/client';
import type { Message, MessageStreamEvent, User } from '@folkmoot/contract';
import { TRPCClientError } from '@trpc/client';
import { describe, expect, test, vi } from 'vitest';
import type { Clock } from '../browser-clock.ts';
import { createChatRoom } from './chat-room.ts';
import { shownMessages } from './timeline.ts';

const me: User = { id: '00000000-0000-4000-8000-000000000001', username: 'me', name: 'Me', isGuest: true };
const ada: User = { id: '00000000-0000-4000-8000-000000000002', username: 'ada', name: 'Ada', isGuest: true };

function message(seq: number, change: Partial<Message> = {}): Message {
  const at = new Date(seq * 1000);
  return {
    id: `10000000-0000-4000-8000-${String(seq).padStart(12, '0')}`,
    room: 'main-chat',
    userId: ada.id,
    message: `text ${seq}`,
    seq,
    version: seq,
    editedAt: null,
    isDeleted: false,
    createdAt: at,
    updatedAt: at,
    clientMessageId: null,
    user: ada,
    ...change,
  };
}
const received = (of: Message): MessageStreamEvent => ({
  type: 'message-received',
  position: `e.${of.seq}`,
  message: of,
});

type Handlers<Data> = { onData: (data: Data) => void; onError: (error: unknown) => void; onComplete: () => void };
type SendInput = { message: string; clientMessageId: string };

/** A server that answers as it is told, behind the surface of the client that the room uses. */
function open() {
  const pages: Message[][] = [[message(1)]];
  const streams: { lastEventId: string; isStopped: boolean; handlers: Handlers<{ data: MessageStreamEvent }> }[] = [];
  const hints: Handlers<unknown>[] = [];
  const send = vi.fn<(input: SendInput) => Promise<Message>>();
  const older = vi.fn<(cursor: string) => Promise<{ messages: Message[]; nextCursor: string | null }>>();
  const listeners = new Set<() => void>();
  const trpc = {
    auth: { me: { query: () => Promise.resolve({ ...me, role: 'member' }) } },
    chat: {
      history: {
        query: ({ cursor }: { cursor?: string }) => {
          if (cursor !== undefined) return older(cursor);
          const messages = pages.length > 1 ? pages.shift() : pages[0];
          const position = `e.${messages?.at(-1)?.version ?? 0}`;
          return Promise.resolve({
            messages,
            nextCursor: `before ${messages?.[0]?.seq}`,
            previousCursor: null,
            position,
          });
        },
      },
      message: {
        subscribe: ({ lastEventId }: { lastEventId: string }, handlers: Handlers<{ data: MessageStreamEvent }>) => {
          const stream = { lastEventId, handlers, isStopped: false };
          streams.push(stream);
          return { unsubscribe: () => (stream.isStopped = true) };
        },
      },
      hints: { subscribe: (_: unknown, handlers: Handlers<unknown>) => hints.push(handlers) },
      send: { mutate: send },
    },
  };
  const clock: Clock = { now: () => 0, random: () => 0, after: (_, run) => (queueMicrotask(run), () => undefined) };
  const connection = { get: () => 'connected', subscribe: (listener: () => void) => listeners.add(listener) };
  // Only the calls that a room makes; the type has every procedure of the router.
  const client = { trpc, connection, close: () => Promise.resolve() } as unknown as ChatClient;
  const room = createChatRoom({ client, clock });
  const texts = () => {
    const { timeline } = room.get();
    return timeline && shownMessages(timeline).map((one) => one.message);
  };
  const stream = (index: number) => vi.waitFor(() => streams[index] ?? Promise.reject(new Error('no stream yet')));
  return { room, pages, stream, streams, hints, send, older, texts, outgoing: () => room.get().timeline?.outgoing };
}

describe('the room', () => {
  test('R3: the stream begins at the position of the snapshot, and only then the page is live', async () => {
    const { room, stream, texts } = open();
    expect(room.get().isConnected).toBe(false);
    const { lastEventId, handlers } = await stream(0);
    expect(lastEventId).toBe('e.1');
    expect(room.get().isConnected).toBe(true);
    handlers.onData({ data: received(message(2)) });
    expect(texts()).toEqual(['text 1', 'text 2']);
  });

  test('R6: on reset the room is read again and followed from there', async () => {
    const { room, pages, stream, texts } = open();
    pages.push([message(40), message(41)]);
    const first = await stream(0);
    first.handlers.onData({ data: { type: 'reset', position: 'f.41' } });
    expect(first.isStopped).toBe(true);
    expect((await stream(1)).lastEventId).toBe('e.41');
    expect(texts()).toEqual(['text 40', 'text 41']);
    expect(room.get().isConnected).toBe(true);
  });

  test('a stream that the server ended is opened again', async () => {
    const { stream } = open();
    (await stream(0)).handlers.onComplete();
    expect((await stream(1)).isStopped).toBe(false);
  });

  test('a stream that is refused for good is a problem that people are told of', async () => {
    const { room, stream } = open();
    (await stream(0)).handlers.onError(new Error('You are banned from this room.'));
    await vi.waitFor(() => expect(room.get().problem).toBe('You are banned from this room.'));
    expect(room.get().isConnected).toBe(false);
  });

  test('S2: a send is repeated under its id until it is answered, and its row replaced in place', async () => {
    const { room, stream, send, texts, outgoing } = open();
    const { handlers } = await stream(0);
    const sent: string[] = [];
    send.mockImplementation(({ message: text, clientMessageId }) => {
      sent.push(clientMessageId);
      const confirmed = message(2, { userId: me.id, user: me, message: text, clientMessageId });
      if (sent.length > 1) return Promise.resolve(confirmed);
      // It took effect, its event came, and the answer was lost.
      handlers.onData({ data: received(confirmed) });
      return Promise.reject(TRPCClientError.from(new Error('WebSocket closed')));
    });
    room.send('hello');
    expect(outgoing()?.map(({ text, state }) => [text, state])).toEqual([['hello', 'sending']]);
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    expect(new Set(sent).size).toBe(1);
    await vi.waitFor(() => expect(texts()).toEqual(['text 1', 'hello']));
    expect(outgoing()).toEqual([]);
  });

  test('a send that is refused says why, and can be tried again under its old id', async () => {
    const { room, stream, send, texts, outgoing } = open();
    await stream(0);
    const refusal = {
      error: { code: -1, message: 'You may not do this.', data: { chat: { code: 'FORBIDDEN', retryable: 'no' } } },
    };
    send.mockRejectedValueOnce(TRPCClientError.from(refusal));
    room.send('hello');
    await vi.waitFor(() => expect(outgoing()).toMatchObject([{ state: 'failed', reason: 'You may not do this.' }]));
    send.mockImplementation(({ message: text, clientMessageId }) =>
      Promise.resolve(message(2, { userId: me.id, message: text, clientMessageId })),
    );
    room.resend(outgoing()?.[0]?.clientMessageId ?? '');
    await vi.waitFor(() => expect(texts()).toEqual(['text 1', 'hello']));
    expect(new Set(send.mock.calls.map(([input]) => input.clientMessageId)).size).toBe(1);
  });

  test('an older page is asked for once, and thrown away when the room was read anew meanwhile', async () => {
    const { room, pages, stream, older, texts } = open();
    pages.push([message(50)]);
    const page = Promise.withResolvers<{ messages: Message[]; nextCursor: string | null }>();
    older.mockReturnValueOnce(page.promise);
    const first = await stream(0);
    room.loadOlder();
    room.loadOlder();
    expect(older).toHaveBeenCalledTimes(1);
    first.handlers.onData({ data: { type: 'reset', position: 'f.50' } });
    await stream(1);
    page.resolve({ messages: [message(0)], nextCursor: null });
    // The next page is asked for and comes, so what became of the first is decided.
    older.mockResolvedValueOnce({ messages: [message(49)], nextCursor: null });
    room.loadOlder();
    await vi.waitFor(() => expect(texts()).toEqual(['text 49', 'text 50']));
    expect(older.mock.calls).toEqual([['before 1'], ['before 50']]);
  });

  test('P4: a hint shows who types, and their message ends it', async () => {
    const { room, stream, hints } = open();
    const { handlers } = await stream(0);
    hints[0]?.onData({ type: 'user-typing', room: 'main-chat', user: ada, isTyping: true });
    handlers.onData({ data: received(message(2)) });
    expect(room.get().typing).toEqual([]);
  });
});
