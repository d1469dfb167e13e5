import type { HistoryPage, Message, MessageStreamEvent, User } from '@folkmoot/contract';
import { ChatError } from './chat-error.ts';
import type { ChatFailure } from './chat-failure.ts';
import type { ClientClock } from './client-clock.ts';
import type { ChatConnection } from './connection-driver.ts';
import { type RoomCalls, createHistoryReader } from './history-reader.ts';
import { createOutboxDriver } from './outbox-driver.ts';
import type { OutboxStorage } from './outbox-storage.ts';
import { createRoomHints } from './room-hints.ts';
import { type RoomSnapshot, isSameSnapshot } from './room-snapshot.ts';
import { addPage, applyMessage, emptyTimeline, renew, startRenewal } from './room-timeline.ts';
import { createRowProjection } from './row-projection.ts';
import type { SendSlots } from './send-slots.ts';
import type { Transport } from './transport.ts';
import { createTypingThrottle } from './typing-throttle.ts';

/** Pages read again after a `reset`, so that somebody who had scrolled back keeps the place: so many at most. */
const maxRenewedPages = 20;

export type RoomSession = {
  getSnapshot(): RoomSnapshot;
  /** Calls the listener after each change, until the function that it returns is called. */
  subscribe(listener: () => void): () => void;
  /** Shows the text at once and sends it until the room has it (S2). Returns the key of its row. */
  send(text: string): string;
  /** Only of messages that the room has: a send on its way is discarded instead. */
  edit(messageId: string, text: string): void;
  remove(messageId: string): void;
  /** Sends a failed entry of the outbox again, under its old id. */
  retry(entryId: string): void;
  /** Gives an entry up that is not in flight. */
  discard(entryId: string): void;
  /** The text being written has changed: tells the room, at most once a second (P4). */
  typed(isEmpty: boolean): void;
  loadOlder(): void;
  /** Goes on after a {@link RoomSnapshot.problem}. */
  reopen(): void;
  /** Stops the streams. What is in the outbox stays in its storage. */
  close(): void;
};

export type RoomSessionOptions = {
  room: string;
  /** Null for a reader who is not signed in. */
  ownUser: User | null;
  connection: ChatConnection;
  calls: RoomCalls;
  clock: ClientClock;
  createId: () => string;
  slots: SendSlots;
  /** Null: what has not been sent is lost with the page. */
  storage: OutboxStorage | null;
};

/**
 * One room: history, stream and outbox folded into one list of rows (R3). It keeps the position above the transports
 * (T2), reads the history anew when the stream says `reset` (R6), and shows what it had until that is there.
 */
export function createRoomSession(options: RoomSessionOptions): RoomSession {
  const { room, connection, clock } = options;
  const ownUserId = options.ownUser?.id ?? null;
  const closing = new AbortController();
  const listeners = new Set<() => void>();
  const project = createRowProjection(ownUserId);
  const readHistory = createHistoryReader({ ...options, onTokenExpired: () => connection.tokenExpired() });
  let timeline = emptyTimeline;
  /** The position of the last event or of the history: where every stream goes on. Null before the first page. */
  let position: string | null = null;
  const hints = createRoomHints({ clock, onChange: () => publish() });
  let problem: ChatFailure | null = null;
  let isLoadingOlder = false;
  let attached: Transport | null = null;
  let stopStream = (): void => undefined;
  /** Ends what was asked for before the last `reset`: those pages are of another time. */
  let reading = new AbortController();

  const outbox = createOutboxDriver({
    deliver: (entry, signal) => options.calls.deliver(room, entry, signal),
    onDelivered: (message) => {
      timeline = applyMessage(timeline, message);
    },
    onChange: () => publish(),
    onTokenExpired: () => connection.tokenExpired(),
    ownUserId,
    slots: options.slots,
    clock,
    storage: options.storage,
  });

  const typing = createTypingThrottle({
    now: clock.now,
    signal(isTyping) {
      // A hint is not worth keeping for later.
      if (isConnected()) options.calls.setTyping(room, isTyping).catch(() => undefined);
    },
  });

  const isConnected = (): boolean => attached !== null && connection.find() === attached;
  const takeSnapshot = (): RoomSnapshot => ({
    rows: project(timeline, outbox.get()),
    isLoaded: timeline.shownFromSeq !== Number.POSITIVE_INFINITY,
    isLive: isConnected() && timeline.renewal === null && problem === null,
    hasOlder: timeline.olderCursor !== null,
    isLoadingOlder,
    presence: hints.presence(),
    typers: hints.typers(),
    problem,
  });
  let snapshot = takeSnapshot();
  const publish = (): void => {
    const next = takeSnapshot();
    if (isSameSnapshot(snapshot, next)) return;
    snapshot = next;
    for (const listener of listeners) listener();
  };

  const takeMessages = (messages: readonly Message[]): void => {
    outbox.confirm(messages);
    publish();
  };

  const takeEvent = (event: MessageStreamEvent): void => {
    position = event.position;
    if (event.type === 'reset') {
      timeline = startRenewal(timeline);
      readAnew();
    } else if ('message' in event) {
      timeline = applyMessage(timeline, event.message);
      if (event.type === 'message-received') hints.messageFrom(event.message.userId);
      takeMessages([event.message]);
    }
    publish();
  };

  /** Begins with the newest page, and reads back as far as was shown before. */
  const readAnew = (): void => {
    reading.abort();
    reading = new AbortController();
    isLoadingOlder = false;
    const { signal } = reading;
    const read = async (): Promise<void> => {
      const wanted = Math.max(1, timeline.known.length);
      const pages: HistoryPage[] = [];
      let count = 0;
      for (
        let cursor: string | null | undefined;
        cursor !== null && count < wanted && pages.length < maxRenewedPages;
      ) {
        const page: HistoryPage = await readHistory(cursor ?? null, signal);
        signal.throwIfAborted();
        pages.push(page);
        count += page.messages.length;
        cursor = page.nextCursor;
      }
      timeline = renew(timeline, pages);
      takeMessages(pages.flatMap(({ messages }) => messages));
      // The first page says where the stream begins; after a `reset` the stream has gone on by itself.
      if (position !== null) return;
      position = pages[0]?.position ?? null;
      follow();
    };
    read().catch((error: unknown) => stop(error, signal));
  };

  /** A refusal that stays: nothing is followed until somebody asks for it again. */
  const stop = (error: unknown, signal: AbortSignal = closing.signal): void => {
    if (signal.aborted || closing.signal.aborted) return;
    const { code, retryable, message } = ChatError.from(error);
    if (code === 'TOKEN_EXPIRED') {
      connection.tokenExpired();
      return;
    }
    problem = { code, retryable, message };
    stopStream();
    if (isSignInProblem(problem)) connection.tokenRefused();
    publish();
  };

  const follow = (): void => {
    if (attached === null || position === null || problem !== null) return;
    stopStream();
    // What a stream still says after it was stopped would set the position of the next one back.
    let isCurrent = true;
    const onEvent = (event: MessageStreamEvent): void => {
      if (isCurrent) takeEvent(event);
    };
    const onError = (error: unknown): void => {
      if (isCurrent) stop(error);
    };
    const stopMessages = attached.followMessages(room, position, { onEvent, onError });
    // Presence and typing are not worth ending a room for.
    const stopHints = attached.followHints(room, { onEvent: hints.take, onError: () => undefined });
    stopStream = () => {
      stopStream = () => undefined;
      isCurrent = false;
      stopMessages();
      stopHints();
    };
  };

  const reopen = (): void => {
    problem = null;
    if (timeline.renewal !== null) readAnew();
    follow();
    publish();
  };

  const onConnection = (): void => {
    outbox.setPaused(connection.find() === undefined);
    publish();
  };
  const unwatch = connection.subscribe(onConnection);
  const release = connection.use({
    attach(transport) {
      attached = transport;
      // There is a transport again only because somebody has signed in.
      if (isSignInProblem(problem)) reopen();
      else follow();
      return () => {
        stopStream();
        attached = null;
      };
    },
  });
  onConnection();
  readAnew();

  return {
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    typed: typing.changed,
    send(text) {
      typing.stopped();
      const id = options.createId();
      outbox.add({ kind: 'send', id, text });
      return id;
    },
    edit: (messageId, text) => outbox.add({ kind: 'edit', id: options.createId(), messageId, text }),
    remove: (messageId) => outbox.add({ kind: 'delete', id: options.createId(), messageId }),
    retry: (entryId) => outbox.retry(entryId),
    discard: (entryId) => outbox.discard(entryId),
    loadOlder() {
      const { signal } = reading;
      const cursor = timeline.olderCursor;
      if (isLoadingOlder || cursor === null || timeline.renewal !== null || problem !== null) return;
      isLoadingOlder = true;
      publish();
      readHistory(cursor, signal).then(
        (page) => {
          if (signal.aborted) return;
          isLoadingOlder = false;
          timeline = addPage(timeline, page);
          takeMessages(page.messages);
        },
        (error: unknown) => {
          if (signal.aborted) return;
          isLoadingOlder = false;
          stop(error, signal);
          publish();
        },
      );
    },
    reopen,
    close() {
      typing.stopped();
      closing.abort();
      reading.abort();
      unwatch();
      release();
      outbox.close();
      hints.close();
    },
  };
}

function isSignInProblem(problem: ChatFailure | null): boolean {
  return problem?.code === 'TOKEN_INVALID' || problem?.code === 'UNAUTHORIZED';
}
