import { mayHaveHappened, sqlStateOf } from '@folkmoot/db';
import type { ChatLogger } from '../chat-logger.ts';
import { type Clock, waitFor } from '../clock.ts';
import { describeError } from '../errors/describe-error.ts';
import { DomainError } from '../errors/domain-error.ts';
import { isDatabaseTrouble } from '../errors/map-error.ts';
import { toMessage } from '../messages/message-view.ts';
import { type NumberedEvent, toLogEvent } from './log-event.ts';
import type { RoomFeeds } from './room-feeds.ts';
import { type BatchResult, conflictKeys, type WriteOperation, type WriteOutcome } from './write-batch.ts';
import type { WriteBatch } from './write-batch-store.ts';

export type LogWriterLimits = {
  /** Operations that may wait on this node, all rooms together; one more is TOO_BUSY. */
  maxQueued: number;
  /** Operations in one call of the write function. */
  maxBatch: number;
  /** How long a write waits for a database that is away before it fails as retryable (T4). */
  deadlineMs: number;
};
export const defaultLogWriterLimits: LogWriterLimits = { maxQueued: 20_000, maxBatch: 512, deadlineMs: 10_000 };

export type LogWriterOptions = {
  writeBatch: WriteBatch;
  feeds: Pick<RoomFeeds, 'check' | 'commit'>;
  clock: Clock;
  logger: ChatLogger;
  limits?: LogWriterLimits;
};

export type LogWriter = {
  /**
   * Puts one operation into the room's queue, at once and in order of the calls, and gives what became of it once that
   * is committed (S1). Throws TOO_BUSY, DATABASE_UNAVAILABLE (it has not happened) or OUTCOME_UNKNOWN (it may have).
   */
  write(room: string, operation: WriteOperation): Promise<WriteOutcome>;
  /** Refuses new writes and resolves when those under way have been answered (T5). */
  close(): Promise<void>;
};

type Pending = {
  operation: WriteOperation;
  deadline: number;
  /** Whether a try may have reached the database without an answer. */
  mayHaveHappened: boolean;
  resolve: (outcome: WriteOutcome) => void;
  reject: (error: unknown) => void;
};

// Data that does not fit, a constraint, a deadlock: what one operation may bring upon its whole batch (S5).
const poisonStates = /^(22|23|40)/;
const firstRetryMs = 50;
const lastRetryMs = 1_000;
const maxPoisonTries = 3;

/**
 * The only way into a room's log. While one batch of a room is under way the writes that arrive wait and then go
 * together into the next: at low load a write waits for nobody, at high load a commit is shared by many (S5).
 */
export function createLogWriter(options: LogWriterOptions): LogWriter {
  const { writeBatch, feeds, clock, logger, limits = defaultLogWriterLimits } = options;
  const queues = new Map<string, Pending[]>();
  const draining = new Map<string, Promise<void>>();
  let queued = 0;
  let isClosed = false;

  async function drain(room: string, queue: Pending[]): Promise<void> {
    while (queue.length > 0) {
      await commit(room, takeBatch(queue, limits.maxBatch));
    }
    queues.delete(room);
    draining.delete(room);
  }

  /** Settles every operation of the batch. Never throws. */
  async function commit(room: string, batch: Pending[]): Promise<void> {
    let waiting = batch;
    for (let delayMs = firstRetryMs, tries = 1; waiting.length > 0; tries++) {
      try {
        const operations = waiting.map(({ operation }) => operation);
        settle(room, waiting, await writeBatch(room, operations));
        return;
      } catch (error) {
        const state = sqlStateOf(error) ?? '';
        if (poisonStates.test(state)) {
          if (waiting.length > 1) {
            for (const one of waiting) await commit(room, [one]);
            return;
          }
          if (!state.startsWith('40') || tries >= maxPoisonTries) {
            logger.error({ ...describeError(error), room }, 'a write was refused by the database');
            fail(room, waiting, () => new DomainError('INTERNAL', { cause: error }));
            return;
          }
        } else if (!isDatabaseTrouble(error)) {
          logger.error({ ...describeError(error), room }, 'a batch of writes failed');
          fail(room, waiting, () => new DomainError('INTERNAL', { cause: error }));
          return;
        }
        if (mayHaveHappened(error)) for (const one of waiting) one.mayHaveHappened = true;
        waiting = dropExpired(room, waiting, error);
        if (waiting.length === 0) return;
        await waitFor(clock, delayMs);
        delayMs = Math.min(delayMs * 2, lastRetryMs);
      }
    }
  }

  function settle(room: string, batch: Pending[], { place, outcomes }: BatchResult): void {
    // A repeat has no event of its own, but may bring the feeds news: its first try, whose answer was lost.
    if (place && outcomes.some(({ status }) => status !== 'refused')) {
      const events = outcomes.flatMap((outcome): NumberedEvent[] => {
        if (outcome.status === 'refused' || !outcome.event) return [];
        const { seq, type } = outcome.event;
        const about = { message: toMessage(outcome.row) };
        return [{ seq, event: toLogEvent({ epoch: place.epoch, seq }, type, about) }];
      });
      feeds.commit(room, place, events);
    }
    queued -= batch.length;
    batch.forEach((one, index) => {
      const outcome = outcomes[index];
      if (outcome) one.resolve(outcome);
      else one.reject(new DomainError('INTERNAL'));
    });
  }

  function fail(room: string, batch: Pending[], reason: (one: Pending) => DomainError): void {
    if (batch.length === 0) return;
    feeds.check(room);
    queued -= batch.length;
    for (const one of batch) one.reject(reason(one));
  }

  function dropExpired(room: string, batch: Pending[], cause: unknown): Pending[] {
    const now = clock.now();
    fail(
      room,
      batch.filter(({ deadline }) => deadline <= now),
      (one) => new DomainError(one.mayHaveHappened ? 'OUTCOME_UNKNOWN' : 'DATABASE_UNAVAILABLE', { cause }),
    );
    return batch.filter(({ deadline }) => deadline > now);
  }

  return {
    write(room, operation) {
      if (isClosed || queued >= limits.maxQueued) return Promise.reject(new DomainError('TOO_BUSY'));
      const { promise, resolve, reject } = Promise.withResolvers<WriteOutcome>();
      const deadline = clock.now() + limits.deadlineMs;
      const queue = queues.get(room) ?? [];
      queue.push({ operation, deadline, mayHaveHappened: false, resolve, reject });
      queued++;
      if (!queues.has(room)) {
        queues.set(room, queue);
        draining.set(room, drain(room, queue));
      }
      return promise;
    },
    async close() {
      isClosed = true;
      await Promise.all(draining.values());
    },
  };
}

/**
 * The head of the queue, up to the first operation that has to see what one before it did. Nothing overtakes, so the
 * order of each connection stays (S6).
 */
function takeBatch(queue: Pending[], maxBatch: number): Pending[] {
  const taken = new Set<string>();
  let size = 0;
  for (const { operation } of queue) {
    const keys = conflictKeys(operation);
    if (size === maxBatch || keys.some((key) => taken.has(key))) break;
    for (const key of keys) taken.add(key);
    size++;
  }
  return queue.splice(0, size);
}
