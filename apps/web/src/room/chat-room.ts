import { type ChatClient, canRepeat, randomUuid } from '@folkmoot/client';
import { type HintEvent, type Me, type MessageStreamEvent, limits } from '@folkmoot/contract';
import type { Clock } from '../browser-clock.ts';
import { createObservableState } from './observable-state.ts';
import { type PresenceRoster, applyPresence, emptyRoster } from './presence-roster.ts';
import { repeat, wait } from './repeat.ts';
import { createSendQueue } from './send-queue.ts';
import {
  type Timeline,
  addOutgoing,
  addPage,
  applyEvent,
  applyMessage,
  removeOutgoing,
  startTimeline,
  updateOutgoing,
} from './timeline.ts';
import { type TypingRoster, applyTyping, expireTyping, stopTyping } from './typing-roster.ts';
import { createTypingSignal } from './typing-signal.ts';

export type ChatRoomState = {
  me: Me | null;
  /** Null until the newest page has come. */
  timeline: Timeline | null;
  presence: PresenceRoster;
  typing: TypingRoster;
  isConnected: boolean;
  isLoadingOlder: boolean;
  /** Why the room cannot be shown, for people. */
  problem: string | null;
};

export type ChatRoom = {
  get(): ChatRoomState;
  subscribe(listener: () => void): () => void;
  send(text: string): void;
  /** Sends a failed message again, under its old `clientMessageId`. */
  resend(clientMessageId: string): void;
  discard(clientMessageId: string): void;
  /** Rejects with a sentence for people. */
  edit(messageId: string, text: string): Promise<void>;
  remove(messageId: string): Promise<void>;
  loadOlder(): void;
  typed(isEmpty: boolean): void;
  close(): void;
};

/** The main room as one person sees it: everything that the page shows and does, without the page. */
export function createChatRoom({ client, clock }: { client: ChatClient; clock: Clock }): ChatRoom {
  const { auth, chat } = client.trpc;
  const closing = new AbortController();
  const { signal } = closing;
  const state = createObservableState<ChatRoomState>({
    me: null,
    timeline: null,
    presence: emptyRoster,
    typing: [],
    isConnected: false,
    isLoadingOlder: false,
    problem: null,
  });
  const changeTimeline = (change: (timeline: Timeline) => Timeline): void => {
    state.update(({ timeline }) => ({ timeline: timeline && change(timeline) }));
  };

  const queue = createSendQueue({
    send: (message, clientMessageId) => repeat(() => chat.send.mutate({ message, clientMessageId }), clock, signal),
    onSent: (message) => changeTimeline((timeline) => applyMessage(timeline, message)),
    onFailed: (error, clientMessageId) =>
      changeTimeline((timeline) =>
        updateOutgoing(timeline, clientMessageId, { state: 'failed', reason: toSentence(error) }),
      ),
  });

  /** Reads the newest page and follows the events after it (R3) until the stream ends or asks to read again (R6). */
  const showNewest = async (me: Me): Promise<void> => {
    const page = await repeat(() => chat.history.query({}, { signal }), clock, signal);
    state.update(({ timeline }) => ({
      timeline: startTimeline(page, me.id, timeline?.outgoing),
      isLoadingOlder: false,
    }));
    try {
      await followFrom(page.position);
    } finally {
      setFollowing(false);
    }
  };

  const followFrom = (lastEventId: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const subscription = chat.message.subscribe(
        { lastEventId },
        {
          signal,
          onData: ({ data }) => {
            take(data);
            if (data.type !== 'reset') return;
            subscription.unsubscribe();
            resolve();
          },
          onError: reject,
          onComplete: resolve,
        },
      );
      setFollowing(true);
    });

  const take = (event: MessageStreamEvent): void => {
    changeTimeline((timeline) => applyEvent(timeline, event));
    if (event.type !== 'message-received') return;
    state.update(({ typing }) => ({ typing: stopTyping(typing, event.message.userId) }));
  };

  const followHints = (): Promise<void> =>
    new Promise((resolve, reject) => {
      chat.hints.subscribe({}, { signal, onData: takeHint, onError: reject, onComplete: resolve });
    });

  const takeHint = (hint: HintEvent): void => {
    if (hint.type !== 'user-typing') {
      state.update(({ presence }) => ({ presence: applyPresence(presence, hint) }));
      return;
    }
    state.update(({ typing }) => ({ typing: applyTyping(typing, hint, clock.now()) }));
    clock.after(limits.typingExpiryMs, () => {
      state.update(({ typing }) => ({ typing: expireTyping(typing, clock.now()) }));
    });
  };

  /** A stream that the server ended is opened again, after a moment: it may be on its way out. */
  const forAsLongAsOpen = async (follow: () => Promise<void>): Promise<void> => {
    while (!signal.aborted) {
      await follow();
      await wait(clock, clock.random() * 1000, signal);
    }
  };

  const run = async (): Promise<void> => {
    const me = await repeat(() => auth.me.query(undefined, { signal }), clock, signal);
    state.update(() => ({ me }));
    await Promise.all([forAsLongAsOpen(() => showNewest(me)), forAsLongAsOpen(followHints)]);
  };
  const stop = (problem: unknown): void => {
    if (!signal.aborted) state.update(() => ({ problem: toSentence(problem) }));
  };

  // Other streams may run while the messages are read anew: what is on the page is live only with its own stream.
  let isFollowing = false;
  const isConnected = (): boolean => isFollowing && client.connection.get() === 'connected';
  const showConnection = (): void => state.update(() => ({ isConnected: isConnected() }));
  const setFollowing = (following: boolean): void => {
    isFollowing = following;
    showConnection();
  };
  const unwatch = client.connection.subscribe(showConnection);
  run().catch(stop);

  const typingSignal = createTypingSignal({
    now: clock.now,
    signal: (isTyping) => {
      // A hint is not worth keeping for later.
      if (isConnected()) chat.setTyping.mutate({ isTyping }).catch(() => undefined);
    },
  });

  const change = async (call: () => ReturnType<typeof chat.edit.mutate>): Promise<void> => {
    const message = await repeat(call, clock, signal);
    changeTimeline((timeline) => applyMessage(timeline, message));
  };

  return {
    get: state.get,
    subscribe: state.subscribe,
    send(text) {
      typingSignal.stopped();
      const clientMessageId = randomUuid();
      const createdAt = new Date(clock.now());
      changeTimeline((timeline) => addOutgoing(timeline, { clientMessageId, text, createdAt, state: 'sending' }));
      queue.add(text, clientMessageId);
    },
    resend(clientMessageId) {
      const text = state.get().timeline?.outgoing.find((message) => message.clientMessageId === clientMessageId)?.text;
      if (text === undefined) return;
      changeTimeline((timeline) => updateOutgoing(timeline, clientMessageId, { state: 'sending' }));
      queue.add(text, clientMessageId);
    },
    discard: (clientMessageId) => changeTimeline((timeline) => removeOutgoing(timeline, clientMessageId)),
    edit: (messageId, message) => change(() => chat.edit.mutate({ messageId, message })),
    remove: (messageId) => change(() => chat.delete.mutate({ messageId })),
    loadOlder() {
      const { timeline, isLoadingOlder, problem } = state.get();
      const cursor = timeline?.olderCursor ?? null;
      if (isLoadingOlder || cursor === null || problem !== null) return;
      state.update(() => ({ isLoadingOlder: true }));
      repeat(() => chat.history.query({ cursor }, { signal }), clock, signal).then(
        (page) =>
          // After a reset another page borders on what is shown.
          state.update((now) =>
            now.timeline?.olderCursor === cursor
              ? { isLoadingOlder: false, timeline: addPage(now.timeline, page) }
              : { isLoadingOlder: false },
          ),
        (error: unknown) => {
          state.update(() => ({ isLoadingOlder: false }));
          stop(error);
        },
      );
    },
    typed: typingSignal.changed,
    close() {
      unwatch();
      closing.abort();
    },
  };
}

function toSentence(error: unknown): string {
  if (canRepeat(error)) return 'The server cannot be reached.';
  return error instanceof Error ? error.message : 'Something went wrong.';
}
