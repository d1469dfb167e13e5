import { type ChatErrorCode, type HintEvent, type HistoryPage, type Message, parsePosition } from '@folkmoot/contract';
import { TRPCClientError } from '@trpc/client';
import type { OutboxEntry } from '../src/outbox.ts';
import type { RoomCalls } from '../src/history-reader.ts';
import type { OpenTransport, StreamHandlers, TransportReport } from '../src/transport.ts';
import { createRoomLog, me } from './room-log.ts';

const refusal = (code: ChatErrorCode) =>
  TRPCClientError.from({ error: { code: -32000, message: code, data: { chat: { code, retryable: 'no' } } } });
export const lost = () => TRPCClientError.from(new TypeError('the connection was lost'));

type Held = { give: () => void; lose: () => void };

export const pageSize = 10;
/** More than that behind, and a stream begins with `reset` (R6). */
export const maxBehind = 50;

export type ScriptedServer = ReturnType<typeof createScriptedServer>;

/** A server in the test's own process, whose network does what the script says. */
export function createScriptedServer() {
  const log = createRoomLog();
  const connections = new Set<TransportReport>();
  const streams = new Set<{
    epoch: number;
    seq: number;
    handlers: Parameters<ReturnType<OpenTransport>['followMessages']>[2];
  }>();
  const hints = new Set<StreamHandlers<HintEvent>>();
  /** The position of every event that was delivered, in order. */
  const delivered: string[] = [];
  const typing: boolean[] = [];
  let resets = 0;
  let deliveries = 0;
  let held: Held[] = [];

  const script = {
    isAway: false,
    isWebSocketBlocked: false,
    /** Answers of sends, and pages, wait for `release`. */
    holdsAnswers: false,
    holdsPages: false,
    hasTokenExpired: false,
    /** Pages but the newest are refused for good, with this code. */
    refusesOlder: null as ChatErrorCode | null,
    refusesChanges: null as ChatErrorCode | null,
    /** After so many more events the connection is lost. */
    eventsUntilDrop: Number.POSITIVE_INFINITY,
  };

  /** Now, or when the script lets it; never when the connection is lost before. */
  const answer = <Value>(isHeld: boolean, value: Value): Promise<Value> =>
    new Promise((resolve, reject) => {
      const one = { give: () => resolve(value), lose: () => reject(lost()) };
      if (isHeld) held.push(one);
      else one.give();
    });

  const check = (): void => {
    if (script.isAway) throw lost();
    if (script.hasTokenExpired) throw refusal('TOKEN_EXPIRED');
  };

  const take = (entry: OutboxEntry): Message => {
    if (script.refusesChanges !== null) throw refusal(script.refusesChanges);
    if (entry.kind === 'send') return log.send(me, entry.text, entry.id);
    if (log.find(entry.messageId) === undefined) throw refusal('MESSAGE_NOT_FOUND');
    if (entry.kind === 'delete') return log.remove(entry.messageId);
    const edited = log.edit(entry.messageId, entry.text);
    if (edited === undefined) throw refusal('MESSAGE_DELETED');
    return edited;
  };

  const open: OpenTransport = (kind, report) => {
    const isRefused = script.isAway || (kind === 'websocket' && script.isWebSocketBlocked);
    const mine = new Set<() => void>();
    queueMicrotask(() => {
      if (isRefused) report.onFailed(null);
      else {
        connections.add(report);
        if (kind === 'websocket') report.onOpen();
      }
    });
    return {
      // The session calls through RoomCalls.
      calls: undefined as never,
      followMessages(_, after, handlers) {
        if (isRefused) return () => undefined;
        const { epoch, seq } = parsePosition(after) ?? { epoch: '0', seq: 0 };
        const stream = { epoch: Number.parseInt(epoch, 16), seq, handlers };
        const stop = (): void => void streams.delete(stream);
        streams.add(stream);
        mine.add(stop);
        queueMicrotask(() => {
          report.onOpen();
          pump();
        });
        return stop;
      },
      followHints(_, handlers) {
        hints.add(handlers);
        return () => void hints.delete(handlers);
      },
      close() {
        connections.delete(report);
        for (const stop of mine) stop();
      },
    };
  };

  const pump = (): void => {
    for (const stream of streams) {
      if (script.hasTokenExpired) {
        streams.delete(stream);
        stream.handlers.onError(refusal('TOKEN_EXPIRED'));
      }
      if (stream.epoch !== log.epoch() || stream.seq > log.head() || log.head() - stream.seq > maxBehind) {
        Object.assign(stream, { epoch: log.epoch(), seq: log.head() });
        resets++;
        stream.handlers.onEvent({ type: 'reset', position: log.position() });
      }
      while (streams.has(stream) && stream.seq < log.head()) {
        if (script.eventsUntilDrop-- <= 0) {
          script.eventsUntilDrop = Number.POSITIVE_INFINITY;
          drop();
          break;
        }
        const event = log.event(++stream.seq);
        if (event === undefined) break;
        delivered.push(event.position);
        stream.handlers.onEvent(event);
      }
    }
  };

  /** Every connection is lost, with all that was under way. */
  const drop = (): void => {
    streams.clear();
    const [answers, reports] = [held, [...connections]];
    held = [];
    connections.clear();
    for (const one of answers) one.lose();
    for (const report of reports) report.onFailed(1006);
  };

  const calls: RoomCalls = {
    readHistory: async (_, place): Promise<HistoryPage> => {
      await Promise.resolve();
      check();
      if (place !== null && script.refusesOlder !== null) throw refusal(script.refusesOlder);
      return answer(
        script.holdsPages,
        place && 'around' in place ? log.pageAround(place.around, pageSize) : log.page(place?.cursor ?? null, pageSize),
      );
    },
    setTyping: (_, isTyping) => Promise.resolve(typing.push(isTyping)),
    deliver: async (_, entry) => {
      await Promise.resolve();
      check();
      deliveries++;
      return answer(script.holdsAnswers, take(entry));
    },
  };

  return {
    log,
    script,
    open,
    calls,
    delivered,
    /** What was signalled with `setTyping`. */
    typing,
    pump,
    drop,
    hint: (event: HintEvent) => {
      for (const { onEvent } of hints) onEvent(event);
    },
    /** Ends every stream for good. */
    refuseStreams(code: ChatErrorCode) {
      const ended = [...streams];
      streams.clear();
      for (const { handlers } of ended) handlers.onError(refusal(code));
    },
    connections: () => connections.size,
    /** How often a stream began anew with `reset`. */
    resets: () => resets,
    /** Sends, edits and deletes that have reached the server. */
    deliveries: () => deliveries,
    held: () => held.length,
    /** Gives what was held, the last first. */
    release() {
      const answers = held.toReversed();
      held = [];
      for (const one of answers) one.give();
    },
  };
}
