import type { Message } from '@folkmoot/contract';
import { type NumberedEvent, toLogEvent } from '../log/log-event.ts';
import type { LogPage, LogStore } from '../log/log-store.ts';
import { buildMessage } from './build-message.ts';

/**
 * A log of one room in memory that does as it is told, for what a database cannot be made to do at will: answer late
 * with what it saw early, be rewound, be away.
 */
export type MemoryLog = LogStore & {
  epoch: string;
  firstSeq: number;
  /** What reads throw from now on. */
  failure: Error | undefined;
  /** How often the log was read so far. */
  readonly reads: number;
  readonly place: { epoch: string; head: number };
  send(text?: string): NumberedEvent;
  edit(seq: number, text: string): NumberedEvent;
  delete(seq: number): NumberedEvent;
  /** An event of a type that this version does not know. */
  unknown(): NumberedEvent;
  /** Forgets what was written after `head`, as a restored backup does. */
  rewind(head: number): void;
  /** Reads take their snapshot as ever, but are answered only after the returned function is called. */
  hold(): () => void;
};

type Entry = { type: string; messageSeq: number | undefined };

export function createMemoryLog(room = 'main-chat'): MemoryLog {
  let entries: Entry[] = [];
  const messages = new Map<number, Message>();
  let held: Promise<void> | undefined;
  let reads = 0;

  function at(seq: number): NumberedEvent {
    const entry = entries[seq - 1];
    const message = entry?.messageSeq === undefined ? undefined : messages.get(entry.messageSeq);
    return { seq, event: toLogEvent({ epoch: log.epoch, seq }, entry?.type ?? '', { message }) };
  }

  function write(type: string, change: (seq: number) => Message | undefined): NumberedEvent {
    const seq = entries.length + 1;
    const message = change(seq);
    if (message) messages.set(message.seq, message);
    entries.push({ type, messageSeq: message?.seq });
    return at(seq);
  }

  function changed(seq: number, change: Partial<Message>): Message {
    const message = messages.get(seq);
    if (!message) throw new Error(`There is no message ${seq}.`);
    return { ...message, ...change };
  }

  async function answer<Value>(value: Value): Promise<Value> {
    reads++;
    const { failure } = log;
    await held;
    if (failure !== undefined) throw failure;
    return value;
  }

  const log: MemoryLog = {
    epoch: 'aaaaaaaaaaaa',
    firstSeq: 1,
    failure: undefined,
    get reads() {
      return reads;
    },
    get place() {
      return { epoch: log.epoch, head: entries.length };
    },
    send: (text) => write('message-received', (seq) => buildMessage(seq, text === undefined ? {} : { message: text })),
    edit: (of, text) => write('message-edited', (seq) => changed(of, { message: text, version: seq })),
    delete: (of) => write('message-deleted', (seq) => changed(of, { message: '', isDeleted: true, version: seq })),
    unknown: () => write('message-pinned', () => undefined),
    rewind(head) {
      entries = entries.slice(0, head);
      for (const seq of messages.keys()) if (seq > head) messages.delete(seq);
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        if (held === promise) held = undefined;
        resolve();
      };
    },
    listHeads: (slugs) => {
      const head = { ...log.place, firstSeq: log.firstSeq };
      return answer(new Map(slugs.filter((slug) => slug === room).map((slug) => [slug, head])));
    },
    findPage: (asked, seq, limit) => {
      if (asked !== room) return answer<LogPage | undefined>(undefined);
      const first = Math.max(seq + 1, log.firstSeq);
      const count = Math.max(0, Math.min(limit, entries.length - first + 1));
      const events = Array.from({ length: count }, (_, index) => at(first + index));
      return answer<LogPage | undefined>({ ...log.place, firstSeq: log.firstSeq, events });
    },
  };
  return log;
}
