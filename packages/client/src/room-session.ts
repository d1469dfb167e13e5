import type { Message, MessageStreamEvent, User } from '@folkmoot/contract';
import type { ClientClock } from './client-clock.ts';
import type { ChatConnection } from './connection-driver.ts';
import { type RoomCalls, createHistoryReader } from './history-reader.ts';
import { createOutboxDriver } from './outbox-driver.ts';
import type { OutboxStorage } from './outbox-storage.ts';
import { createRoomHints } from './room-hints.ts';
import { createRoomKeeper } from './room-keeper.ts';
import { createRoomPages } from './room-pages.ts';
import { type RoomSnapshot, isSameSnapshot } from './room-snapshot.ts';
import type { RoomStorage } from './room-storage.ts';
import { createRoomStream } from './room-stream.ts';
import { emptyTimeline, keptTimeline } from './room-timeline.ts';
import { createRowProjection } from './row-projection.ts';
import type { SendSlots } from './send-slots.ts';
import { createThrottle } from './throttle.ts';
import { createTypingThrottle } from './typing-throttle.ts';

/** One open room: what it shows, and what one does in it. All of it at once, without waiting: the snapshot tells what comes of it. */
export type RoomSession = {
  /** The same object until something changes, in the shape that React's `useSyncExternalStore` takes. */
  getSnapshot(): RoomSnapshot;
  /** Calls the listener after each change, until the function that it returns is called. */
  subscribe(listener: () => void): () => void;
  /** Shows the text at once and sends it until the room has it (S2). Returns the key of its row. */
  send(text: string): string;
  /** Changes the text of a message that the room has (S4); a send on its way is discarded instead. */
  edit(messageId: string, text: string): void;
  /** Deletes a message that the room has (S4). */
  remove(messageId: string): void;
  /** Sends a failed entry of the outbox again, under its old id. */
  retry(entryId: string): void;
  /** Gives an entry up that is not in flight. */
  discard(entryId: string): void;
  /** The text being written has changed: tells the room, at most once a second (P4). */
  typed(isEmpty: boolean): void;
  /** Asks for the page before what is shown; nothing while one is under way or the history is read anew. */
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
  /** Keeps the end of the room, to be shown at once the next time. */
  roomStorage: RoomStorage | null;
};

/** What was kept longer ago is shown, but read anew: catching up with thousands of events would take longer. */
const maxKeptAgeMs = 24 * 60 * 60 * 1000;

/** Thousands that were missed come one by one, and to show each by itself would take minutes. */
const showEventsMs = 50;

/**
 * One room: history, stream and outbox folded into one list of rows (R3). It reads the history anew when the stream says
 * `reset` (R6), and shows what it had until that is there.
 */
export function createRoomSession(options: RoomSessionOptions): RoomSession {
  const { room, connection, clock } = options;
  const ownUserId = options.ownUser?.id ?? null;
  const listeners = new Set<() => void>();
  const project = createRowProjection(ownUserId);
  const onTokenExpired = (): void => connection.tokenExpired();
  const kept = options.roomStorage?.load() ?? null;

  const hints = createRoomHints({ clock, onChange: () => publish() });
  const pages = createRoomPages({
    read: createHistoryReader({ ...options, onTokenExpired }),
    timeline: kept ? keptTimeline(kept.messages, kept.hasOlder) : emptyTimeline,
    onPages(messages, position) {
      outbox.confirm(messages);
      // The first page says where the stream begins; after a `reset` the stream has gone on by itself.
      if (position !== null) stream.start(position);
      keeper?.changed();
      publish();
    },
    onRefused: (error) => stream.stop(error),
    onChange: () => publish(),
  });
  /** Whoever may write may read: a ban has ended, say, which no event tells those who are banned. */
  let mayFollowAgain = false;
  const outbox = createOutboxDriver({
    deliver: (entry, signal) => options.calls.deliver(room, entry, signal),
    onDelivered(message) {
      takeMessage(message);
      mayFollowAgain = stream.problem() !== null;
    },
    onChange() {
      publish();
      if (!mayFollowAgain) return;
      mayFollowAgain = false;
      stream.reopen();
    },
    onTokenExpired,
    ownUserId,
    slots: options.slots,
    clock,
    storage: options.storage,
  });
  const typing = createTypingThrottle({
    after: clock.after,
    signal(isTyping) {
      // A hint is not worth keeping for later.
      if (stream.isConnected()) options.calls.setTyping(room, isTyping).catch(() => undefined);
    },
  });

  const takeMessage = (message: Message): void => {
    pages.take(message);
    keeper?.changed();
    // Not even for a moment longer than needed (R8).
    if (message.isDeleted) keeper?.flush();
  };
  const takeEvent = (event: MessageStreamEvent): void => {
    keeper?.changed();
    if (event.type === 'reset') {
      keeper?.forget();
      pages.readAnew();
    } else if ('message' in event) {
      takeMessage(event.message);
      if (event.type === 'message-received') hints.messageFrom(event.message.userId);
      outbox.confirm([event.message]);
    }
    if (event.type === 'reset') publish();
    else showEvents.run();
  };
  const showEvents = createThrottle({ run: () => publish(), pauseMs: showEventsMs, after: clock.after });
  const stream = createRoomStream({
    room,
    connection,
    onEvent: takeEvent,
    onHint: hints.take,
    onStopped({ code }) {
      if (code === 'BANNED' || code === 'ROOM_NOT_FOUND' || code === 'FORBIDDEN') keeper?.forget();
      publish();
    },
    onReopened() {
      if (pages.timeline().renewal !== null) pages.readAnew();
      publish();
    },
  });
  const keeper = options.roomStorage
    ? createRoomKeeper({ storage: options.roomStorage, clock, timeline: pages.timeline, position: stream.position })
    : undefined;

  const takeSnapshot = (): RoomSnapshot => {
    const timeline = pages.timeline();
    const problem = stream.problem();
    return {
      rows: project(timeline, outbox.get()),
      isLoaded: timeline.shownFromSeq !== Number.POSITIVE_INFINITY,
      isLive: stream.isConnected() && timeline.renewal === null && problem === null,
      hasOlder: timeline.older !== null,
      isLoadingOlder: pages.isLoadingOlder(),
      olderProblem: pages.olderProblem(),
      presence: hints.presence(),
      typers: hints.typers(),
      problem,
    };
  };
  let snapshot = takeSnapshot();
  const publish = (): void => {
    const next = takeSnapshot();
    if (isSameSnapshot(snapshot, next)) return;
    snapshot = next;
    for (const listener of listeners) listener();
  };

  const onConnection = (): void => {
    outbox.setPaused(connection.find() === undefined);
    hints.setStreaming(stream.isConnected() && connection.get().transport !== 'polling');
    publish();
  };
  const unwatch = connection.subscribe(onConnection);
  onConnection();
  outbox.confirm(kept?.messages ?? []);
  const keptAgeMs = clock.now() - (kept?.keptAt ?? Number.NEGATIVE_INFINITY);
  if (kept && keptAgeMs >= 0 && keptAgeMs <= maxKeptAgeMs) stream.start(kept.position);
  else pages.readAnew();

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
    loadOlder: pages.loadOlder,
    reopen: stream.reopen,
    close() {
      typing.stopped();
      keeper?.flush();
      showEvents.close();
      unwatch();
      pages.close();
      stream.close();
      outbox.close();
      hints.close();
    },
  };
}
