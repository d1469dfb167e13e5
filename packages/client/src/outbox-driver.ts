import type { Message } from '@folkmoot/contract';
import { reconnectDelayMs } from './backoff.ts';
import { ChatError } from './chat-error.ts';
import type { ClientClock } from './client-clock.ts';
import {
  type Outbox,
  type OutboxChange,
  type OutboxEntry,
  acknowledge,
  addChange,
  confirmSends,
  discardEntry,
  emptyOutbox,
  fail,
  findEntry,
  findNext,
  postpone,
  restoreEntries,
  retryEntry,
  takeOff,
  withoutEntry,
} from './outbox.ts';
import { createOutboxSharing } from './outbox-sharing.ts';
import type { OutboxStorage } from './outbox-storage.ts';
import type { SendSlots } from './send-slots.ts';

/** A change without an answer for so long is made again: none stays in sending for ever (T3). */
const answerTimeoutMs = 30_000;
/**
 * So many tokens in a row may be refused as expired before an entry fails: some minutes, for the host may have to wait
 * for its network to get a fresh one; but not for ever, for the clocks may differ.
 */
const maxExpiredTokens = 10;

export type OutboxDriverOptions = {
  /** Makes one change; the signal is aborted when its answer is no longer waited for. */
  deliver: (entry: OutboxEntry, signal: AbortSignal) => Promise<Message>;
  /** What the server has made of a change, just before its entry leaves. */
  onDelivered: (message: Message) => void;
  /** After every change of {@link OutboxDriver.get}. */
  onChange: () => void;
  /** The server says that the token has expired: the connection wants a fresh one. */
  onTokenExpired: () => void;
  ownUserId: string | null;
  slots: SendSlots;
  clock: ClientClock;
  storage: OutboxStorage | null;
};

export type OutboxDriver = {
  get(): Outbox;
  add(change: OutboxChange): void;
  retry(id: string): void;
  discard(id: string): void;
  /** Messages that came by stream or page: sends among them need no answer any more. */
  confirm(messages: readonly Message[]): void;
  /** While paused nothing new is tried. Going on tries at once, without the rest of a delay. */
  setPaused(isPaused: boolean): void;
  /** Answers that come later change nothing; what is kept in storage is sent by the next page. */
  close(): void;
};

/**
 * Sends what is in the outbox, in order, each entry again and again under its id until it is acknowledged or refused
 * for good (S2, S7), with growing delays (T6). It begins paused.
 */
export function createOutboxDriver(options: OutboxDriverOptions): OutboxDriver {
  const { clock, storage } = options;
  const closing = new AbortController();
  let outbox = restoreEntries(emptyOutbox, storage?.load() ?? []);
  let isPaused = true;
  let failures = 0;
  let expiredTokens = 0;
  let stopWaiting: (() => void) | undefined;

  const show = (next: Outbox): void => {
    if (next === outbox) return;
    outbox = next;
    options.onChange();
  };
  const update = (next: Outbox): void => {
    storage?.save(outbox.entries, next.entries);
    show(next);
  };
  const sharing = createOutboxSharing({
    storage,
    clock,
    getOutbox: () => outbox,
    onShared(next) {
      show(next);
      pump();
    },
  });

  const pump = (): void => {
    if (isPaused || stopWaiting || closing.signal.aborted) return;
    const entry = findNext(outbox, sharing.isOurs);
    if (entry === undefined) return;
    update(takeOff(outbox, entry.id));
    deliver(entry).catch((error: unknown) => refused(entry, ChatError.from(error)));
  };

  const deliver = async (entry: OutboxEntry): Promise<void> => {
    const message = await options.slots.run(() => answerInTime(entry));
    if (closing.signal.aborted) return;
    failures = 0;
    expiredTokens = 0;
    options.onDelivered(message);
    update(acknowledge(outbox, entry.id));
    pump();
  };

  const refused = (entry: OutboxEntry, error: ChatError): void => {
    // A send that the stream has shown meanwhile has left, and its lost answer says nothing.
    if (closing.signal.aborted || findEntry(outbox, entry.id) === undefined) return;
    if (sharing.isSettled(entry.id)) {
      update(withoutEntry(postpone(outbox, entry.id), entry.id));
      pump();
      return;
    }
    const hasExpired = error.code === 'TOKEN_EXPIRED' && ++expiredTokens < maxExpiredTokens;
    if (hasExpired) options.onTokenExpired();
    if (hasExpired || error.retryable !== 'no') {
      update(postpone(outbox, entry.id));
      wait(Math.max(error.retryAfterMs, reconnectDelayMs(failures++, clock.random())));
      return;
    }
    const { code, retryable, message } = error;
    update(fail(outbox, entry.id, { code, retryable, message }));
    pump();
  };

  const wait = (ms: number): void => {
    const cancel = clock.after(ms, () => {
      stopWaiting = undefined;
      pump();
    });
    stopWaiting = () => {
      cancel();
      stopWaiting = undefined;
    };
  };

  const answerInTime = (entry: OutboxEntry): Promise<Message> => {
    const giveUp = new AbortController();
    return new Promise<Message>((resolve, reject) => {
      const cancel = clock.after(answerTimeoutMs, () => {
        giveUp.abort();
        reject(ChatError.unanswered());
      });
      const signal = AbortSignal.any([giveUp.signal, closing.signal]);
      options.deliver(entry, signal).finally(cancel).then(resolve, reject);
    });
  };

  return {
    get: () => outbox,
    add(change) {
      update(addChange(outbox, change, clock.now()));
      pump();
    },
    retry(id) {
      sharing.takeOver(id);
      update(retryEntry(outbox, id, clock.now()));
      pump();
    },
    discard: (id) => update(discardEntry(outbox, id)),
    confirm(messages) {
      update(confirmSends(outbox, messages, options.ownUserId));
      pump();
    },
    setPaused(paused) {
      if (isPaused === paused) return;
      isPaused = paused;
      if (paused) return;
      failures = 0;
      stopWaiting?.();
      pump();
    },
    close() {
      closing.abort();
      sharing.close();
      stopWaiting?.();
    },
  };
}
