import { setImmediate } from 'node:timers/promises';
import { mayHaveHappened, sqlStateOf } from '@folkmoot/db';
import type { ChatLogger } from '../chat-logger.ts';
import { type Clock, waitFor } from '../clock.ts';
import { describeError } from '../errors/describe-error.ts';
import { DomainError } from '../errors/domain-error.ts';
import { isDatabaseTrouble } from '../errors/map-error.ts';
import { toMessage } from '../messages/message-view.ts';
import { type NumberedEvent, toLogEvent } from './log-event.ts';
import type { RoomFeeds } from './room-feeds.ts';
import {
  type BatchResult,
  conflictKeys,
  isBanOperation,
  type WriteOperation,
  type WriteOutcome,
} from './write-batch.ts';
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
  /** Resolves when the event loop has seen to all that has arrived by now; setImmediate by default. */
  nextTurn?: () => Promise<unknown>;
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
/** A batch of this many has made good what a call and a commit cost, whatever their number. */
const goodBatch = 32;

/**
 * The only way into a room's log. Writes that arrive in one turn of the event loop, as those of one frame do, go into
 * one batch. While it is under way those that arrive wait and then go together into the next: at low load a write waits
 * for nobody, at high load a commit is shared by many (S5).
 *
 * PostgreSQL and this process work at the same time, each on another batch: the next one is under way before the answers
 * of the last are told, and it leaves some to follow (`batchSize`).
 */
export function createLogWriter(options: LogWriterOptions): LogWriter {
  const { writeBatch, feeds, clock, logger, limits = defaultLogWriterLimits, nextTurn = setImmediate } = options;
  const queues = new Map<string, Pending[]>();
  const draining = new Map<string, Promise<void>>();
  let queued = 0;
  let isClosed = false;

  async function drain(room: string, queue: Pending[]): Promise<void> {
    await nextTurn();
    let size = 0;
    let tell: (() => void) | undefined;
    do {
      const batch = takeBatch(queue, Math.min(batchSize(queue.length, size), limits.maxBatch));
      size = batch.length;
      const committed = commit(room, batch);
      tell?.();
      tell = await committed;
    } while (queue.length > 0);
    queues.delete(room);
    draining.delete(room);
    tell();
  }

  /** Resolves, always, when every operation of the batch is decided, with what tells those who wait. */
  async function commit(room: string, batch: Pending[]): Promise<() => void> {
    let waiting = batch;
    for (let delayMs = firstRetryMs, tries = 1; waiting.length > 0; tries++) {
      try {
        const operations = waiting.map(({ operation }) => operation);
        const result = await writeBatch(room, operations);
        const written = waiting;
        return () => settle(room, written, result);
      } catch (error) {
        const state = sqlStateOf(error) ?? '';
        if (poisonStates.test(state)) {
          if (waiting.length > 1) {
            for (const one of waiting) (await commit(room, [one]))();
            return tellNobody;
          }
          if (!state.startsWith('40') || tries >= maxPoisonTries) {
            logger.error({ ...describeError(error), room }, 'a write was refused by the database');
            fail(room, waiting, () => new DomainError('INTERNAL', { cause: error }));
            return tellNobody;
          }
        } else if (!isDatabaseTrouble(error)) {
          logger.error({ ...describeError(error), room }, 'a batch of writes failed');
          fail(room, waiting, () => new DomainError('INTERNAL', { cause: error }));
          return tellNobody;
        }
        if (mayHaveHappened(error)) for (const one of waiting) one.mayHaveHappened = true;
        waiting = dropExpired(room, waiting, error);
        if (waiting.length === 0) return tellNobody;
        await waitFor(clock, delayMs);
        delayMs = Math.min(delayMs * 2, lastRetryMs);
      }
    }
    return tellNobody;
  }

  /** Never throws: what is committed is answered as such, and feeds that miss it compare positions (R10). */
  function settle(room: string, batch: Pending[], result: BatchResult): void {
    try {
      feed(room, result);
    } catch (error) {
      logger.error({ ...describeError(error), room }, 'a commit did not reach the feeds');
    }
    queued -= batch.length;
    batch.forEach((one, index) => {
      const outcome = result.outcomes[index];
      if (outcome) one.resolve(outcome);
      else one.reject(new DomainError('INTERNAL'));
    });
  }

  function feed(room: string, { place, outcomes }: BatchResult): void {
    // A repeat has no event of its own, but may bring the feeds news: its first try, whose answer was lost.
    if (!place || outcomes.every(({ status }) => status === 'refused')) return;
    const events = outcomes.flatMap((outcome): NumberedEvent[] => {
      if (outcome.status === 'refused' || !outcome.event) return [];
      const { seq, type } = outcome.event;
      const about = 'row' in outcome ? { message: toMessage(outcome.row) } : { userId: outcome.userId };
      return [{ seq, event: toLogEvent({ epoch: place.epoch, seq }, type, about) }];
    });
    feeds.commit(room, place, events);
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

/** Those of a batch that failed have been told. */
function tellNobody(): void {}

/**
 * How many of those who wait the next batch takes: all, until they are many. Then only half of all who are at it, so that
 * the other half is sent, encoded and answered while PostgreSQL works, and not all of them in turn.
 */
function batchSize(waiting: number, lastBatch: number): number {
  return Math.max(goodBatch, Math.ceil((waiting + lastBatch) / 2));
}

/**
 * The head of the queue, up to the first operation that has to see what one before it did; a ban by itself. Nothing
 * overtakes, so the order of each connection stays (S6).
 */
function takeBatch(queue: Pending[], maxBatch: number): Pending[] {
  const taken = new Set<string>();
  let size = 0;
  for (const { operation } of queue) {
    if (isBanOperation(operation)) {
      if (size === 0) size = 1;
      break;
    }
    const keys = conflictKeys(operation);
    if (size === maxBatch || keys.some((key) => taken.has(key))) break;
    for (const key of keys) taken.add(key);
    size++;
  }
  return queue.splice(0, size);
}
