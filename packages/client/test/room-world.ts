import { expect } from 'vitest';
import { createConnectionDriver } from '../src/connection-driver.ts';
import { createOutboxStorage } from '../src/outbox-storage.ts';
import { type RoomSession, createRoomSession } from '../src/room-session.ts';
import type { RoomSnapshot } from '../src/room-snapshot.ts';
import { createRoomStorage } from '../src/room-storage.ts';
import { createSendSlots } from '../src/send-slots.ts';
import { createHandClock } from './hand-clock.ts';
import { createMemoryStorage } from './memory-storage.ts';
import { ada, me, uuidOf } from './room-log.ts';
import { type ScriptedServer, createScriptedServer, lost } from './scripted-server.ts';

type WorldOptions = {
  messages?: number;
  random?: () => number;
  isWebSocketBlocked?: boolean;
  /** Whether pages keep the room, too. */
  keepsRoom?: boolean;
};

/** A room on a page, or several, over a scripted server. Every snapshot that is shown is looked at. */
export function createRoomWorld(options: WorldOptions = {}) {
  const { messages = 0, random = () => 0.5, isWebSocketBlocked = false, keepsRoom = false } = options;
  const clock = createHandClock(random);
  const server = createScriptedServer();
  server.script.isWebSocketBlocked = isWebSocketBlocked;
  for (let n = 1; n <= messages; n++) server.log.send(ada, `old ${n}`);
  const storage = createMemoryStorage();
  const opened: string[] = [];
  /** What was wrong with a snapshot, at the time that it was shown. */
  const faults: string[] = [];
  let ids = 1_000_000;

  const openPage = ({ hearsOthers = true }: { hearsOthers?: boolean } = {}) => {
    const tab = storage.openTab();
    /** A page of which the browser lets nothing happen. */
    let isAsleep = false;
    const connection = createConnectionDriver({
      clock,
      open(kind, report) {
        opened.push(kind);
        if (!isAsleep) return server.open(kind, report);
        queueMicrotask(() => report.onFailed(null));
        const nothing = () => () => undefined;
        return { calls: undefined as never, followMessages: nothing, followHints: nothing, close: () => undefined };
      },
      watchWakeUps: () => () => undefined,
    });
    const opening = createRoomSession({
      room: 'main-chat',
      ownUser: me,
      connection,
      calls: {
        ...server.calls,
        async readHistory(...page) {
          if (isAsleep) throw lost();
          return server.calls.readHistory(...page);
        },
      },
      clock,
      createId: () => uuidOf(++ids),
      slots: createSendSlots(),
      storage: createOutboxStorage(tab, 'outbox:', hearsOthers ? tab.watch : undefined),
      roomStorage: keepsRoom ? createRoomStorage(tab, { key: 'room', room: 'main-chat' }) : null,
    });
    const sent = new Set<string>();
    const session: RoomSession = {
      ...opening,
      send(text) {
        const id = opening.send(text);
        sent.add(id);
        look();
        return id;
      },
      discard(id) {
        sent.delete(id);
        opening.discard(id);
      },
    };
    const look = (): void => void faults.push(...findFaults(session.getSnapshot(), { sent, server }));
    session.subscribe(look);
    look();
    const setAsleep = (asleep: boolean): void => void (isAsleep = asleep);
    return { connection, session, setAsleep, texts: () => textsOf(session) };
  };
  const { connection, session } = openPage();
  return {
    clock,
    server,
    storage,
    connection,
    session,
    opened,
    faults,
    openPage,
    rows: () => session.getSnapshot().rows,
    texts: () => textsOf(session),
    /** What happens by itself within a second, the stream included. */
    async second() {
      await clock.turn(500);
      server.pump();
      await clock.turn(500);
    },
    /** Until everything is quiet, with the room read back to its start: then it is as the server has it. */
    async expectWhole(page: RoomSession = session) {
      for (let seconds = 0; seconds < 600; seconds++) {
        await this.second();
        page.loadOlder();
        const { isLive, hasOlder, rows } = page.getSnapshot();
        if (isLive && !hasOlder && rows.every(({ state }) => state !== 'sending')) break;
      }
      await this.second();
      const { rows } = page.getSnapshot();
      const shown = rows.filter(({ state }) => state === 'sent');
      expect(shown.map(({ message }) => message)).toEqual(server.log.bySeq());
      expect(rows.some(({ state }) => state === 'sending')).toBe(false);
      expect(faults).toEqual([]);
    },
  };
}

function textsOf(session: RoomSession): string[] {
  return session
    .getSnapshot()
    .rows.map(({ message, pending }) =>
      pending && 'text' in pending ? `(${pending.text})` : (message?.message ?? ''),
    );
}

/** Doubles, gaps and wrong order in what is shown, and sends that are neither shown nor the server's yet. */
function findFaults(
  { rows, isLive }: RoomSnapshot,
  { sent, server }: { sent: ReadonlySet<string>; server: ScriptedServer },
): string[] {
  const faults: string[] = [];
  const keys = new Set(rows.map(({ key }) => key));
  if (keys.size !== rows.length) faults.push('a row is doubled');
  const messages = rows.flatMap(({ message }) => message ?? []);
  if (new Set(messages.map(({ id }) => id)).size !== messages.length) faults.push('a message is doubled');
  for (const { key, message, pending } of rows) {
    if (message === null && messages.some(({ clientMessageId }) => clientMessageId === key)) {
      faults.push('a message stands beside its own optimistic row');
    }
    if (message === null && pending === null) faults.push('a row shows nothing');
  }
  // While another log is being read what is shown may be of two.
  const falls = messages.some(({ seq }, index) => seq <= (messages[index - 1]?.seq ?? 0));
  if (isLive && falls) faults.push('messages are out of order');
  const firstOptimistic = rows.findIndex(({ message }) => message === null);
  if (firstOptimistic >= 0 && rows.slice(firstOptimistic).some(({ message }) => message !== null)) {
    faults.push('a message stands behind one that is on its way');
  }
  const taken = new Set(server.log.bySeq().flatMap(({ clientMessageId }) => clientMessageId ?? []));
  for (const id of sent) if (!taken.has(id) && !keys.has(id)) faults.push(`the send ${id} is shown nowhere`);
  return faults;
}
