import type { HistoryPage, LogEvent, Message, MessageEventType, User } from '@folkmoot/contract';
import { printPosition } from '@folkmoot/contract';

export const me: User = { id: '00000000-0000-4000-8000-00000000000a', username: 'me', name: 'Me', isGuest: false };
export const ada: User = { id: '00000000-0000-4000-8000-00000000000b', username: 'ada', name: 'Ada', isGuest: true };

export const uuidOf = (n: number): string => `10000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

export type RoomLog = ReturnType<typeof createRoomLog>;

/** One room as the server keeps it (R1, R3, S2, S4), in memory: the truth that clients are compared with. */
export function createRoomLog() {
  let epoch = 1;
  let ids = 0;
  let log: { type: MessageEventType; messageId: string; was: Message }[] = [];
  let messages = new Map<string, Message>();

  const append = (type: MessageEventType, message: Omit<Message, 'version' | 'updatedAt'>): Message => {
    const version = log.length + 1;
    const written = { ...message, version, updatedAt: new Date(version * 1000) };
    messages.set(written.id, written);
    log.push({ type, messageId: written.id, was: written });
    return written;
  };
  const bySeq = (): Message[] => [...messages.values()].sort((a, b) => a.seq - b.seq);
  const print = (seq: number): string => printPosition({ epoch: epoch.toString(16).padStart(12, '0'), seq });
  const get = (messageId: string): Message => {
    const message = messages.get(messageId);
    if (message === undefined) throw new Error(`No message ${messageId}.`);
    return message;
  };

  return {
    bySeq,
    find: (messageId: string) => messages.get(messageId),
    head: () => log.length,
    epoch: () => epoch,
    position: (seq = log.length) => print(seq),
    send(user: User, text: string, clientMessageId: string | null = null): Message {
      const repeated = clientMessageId && bySeq().find((one) => one.clientMessageId === clientMessageId);
      if (repeated) return repeated;
      const seq = log.length + 1;
      return append('message-received', {
        id: uuidOf(++ids),
        room: 'main-chat',
        userId: user.id,
        message: text,
        seq,
        editedAt: null,
        isDeleted: false,
        createdAt: new Date(seq * 1000),
        clientMessageId,
        user,
      });
    },
    edit(messageId: string, text: string): Message | undefined {
      const message = get(messageId);
      if (message.isDeleted) return undefined;
      if (message.message === text) return message;
      return append('message-edited', { ...message, message: text, editedAt: new Date(log.length * 1000) });
    },
    remove(messageId: string): Message {
      const message = get(messageId);
      return message.isDeleted ? message : append('message-deleted', { ...message, message: '', isDeleted: true });
    },
    /** The event of that seq, with its message as it is now (R8), or as it was then, as a faster reader got it. */
    event(seq: number, asItWas = false): LogEvent | undefined {
      const entry = log[seq - 1];
      if (entry === undefined) return undefined;
      const message = asItWas ? entry.was : get(entry.messageId);
      return { type: entry.type, position: print(seq), message };
    },
    /** A page of history; a cursor is the seq that it ends before. */
    page(cursor: string | null, limit: number): HistoryPage {
      const older = bySeq().filter(({ seq }) => cursor === null || seq < Number(cursor));
      const page = older.slice(-limit);
      const nextCursor = older.length > limit ? String(page[0]?.seq) : null;
      return { messages: page, nextCursor, previousCursor: null, position: print(log.length) };
    },
    /** The page that ends half a page behind that message. */
    pageAround(messageId: string, limit: number): HistoryPage {
      const all = bySeq();
      const after = all[all.indexOf(get(messageId)) + Math.floor((limit - 1) / 2) + 1];
      return this.page(after ? String(after.seq) : null, limit);
    },
    /** Another database, or one restored from a backup: the log ends at that seq and goes on under another epoch (R2). */
    restore(seq: number): void {
      epoch++;
      log = log.slice(0, seq);
      messages = new Map(log.map(({ messageId, was }) => [messageId, was]));
    },
  };
}
