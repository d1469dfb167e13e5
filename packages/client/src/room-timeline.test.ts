import type { Message } from '@folkmoot/contract';
import { describe, expect, test } from 'vitest';
import { type RoomLog, ada, createRoomLog, me, uuidOf } from '../test/room-log.ts';
import { type SeededChoices, seededChoices } from '../test/seeded-choices.ts';
import {
  type Outbox,
  acknowledge,
  addChange,
  confirmSends,
  emptyOutbox,
  findNext,
  postpone,
  takeOff,
} from './outbox.ts';
import { type RoomTimeline, addPage, applyMessage, emptyTimeline, renew, startRenewal } from './room-timeline.ts';
import { type TimelineRow, createRowProjection } from './row-projection.ts';

const pageSize = 5;

/** A page asked for; `read` is when the server read it, which may be long before it arrives. */
type Asked = { cursor: string | null; generation: number; page: ReturnType<RoomLog['page']> | null };

function olderCursorOf({ older }: RoomTimeline): string | null {
  return older && 'cursor' in older ? older.cursor : null;
}

/** A client of a random network: everything that it asked for comes late, twice, never or in another order. */
function createRandomClient(random: SeededChoices) {
  const log = createRoomLog();
  const project = createRowProjection(me.id);
  let timeline = emptyTimeline;
  let outbox: Outbox = emptyOutbox;
  let rows: readonly TimelineRow[] = [];
  let generation = 0;
  let asked: Asked[] = [{ cursor: null, generation, page: null }];
  let acks: { id: string; message: Message }[] = [];
  /** Where the stream is read from and where the client has come to. */
  let reader = { epoch: 1, seq: 0 };
  let delivered = { epoch: 1, seq: 0 };
  let wire: ({ seq: number; message: Message } | 'reset')[] = [];
  const sent = new Set<string>();
  let ids = 1_000_000;

  const show = (mostNewRows: number): void => {
    const before = new Set(rows);
    rows = project(timeline, outbox);
    const fresh = rows.filter((row) => !before.has(row));
    if (fresh.length > mostNewRows) throw new Error(`${fresh.length} rows are new where one message came`);
    checkRows();
  };
  const takeMessage = (message: Message): void => {
    timeline = applyMessage(timeline, message);
    outbox = confirmSends(outbox, [message], me.id);
  };

  const checkRows = (): void => {
    if (new Set(rows.map(({ key }) => key)).size !== rows.length) throw new Error('a row is doubled');
    for (const { id, kind } of outbox.entries) {
      if (kind === 'send' && !rows.some((row) => row.key === id)) throw new Error('a message on its way is not shown');
    }
    // Another log than the one on the screen: only the `reset` that is on its way can bring order.
    if (timeline.renewal !== null || delivered.epoch !== log.epoch()) return;
    const shown = rows.flatMap(({ message }) => message ?? []);
    if (shown.some((message, index) => message.seq <= (shown[index - 1]?.seq ?? 0))) throw new Error('out of order');
    // Up to where the stream has come nothing is missing, and nothing is older than the stream has said.
    for (let seq = 1; seq <= delivered.seq; seq++) {
      const event = log.event(seq, true);
      if (event === undefined || !('message' in event) || event.message.seq < timeline.shownFromSeq) continue;
      const row = shown.find(({ id }) => id === event.message.id);
      if (row === undefined) throw new Error(`message ${event.message.seq} is missing`);
      if (row.version < seq) throw new Error(`message ${event.message.seq} is older than event ${seq}`);
    }
  };

  const steps: Record<string, () => void> = {
    othersSend: () => log.send(ada, `text ${log.head()}`),
    othersChange() {
      const message = random.pick(log.bySeq().filter(({ userId }) => userId === ada.id));
      if (message === undefined) return;
      if (random.chance(0.7)) log.edit(message.id, `edit ${log.head()}`);
      else log.remove(message.id);
    },
    readStream() {
      if (reader.epoch !== log.epoch() || random.chance(0.03)) {
        wire.push('reset');
        reader = { epoch: log.epoch(), seq: log.head() };
        return;
      }
      const event = log.event(reader.seq + 1, random.chance(0.5));
      if (event === undefined || !('message' in event)) return;
      wire.push({ seq: ++reader.seq, message: event.message });
    },
    deliverEvent() {
      const item = wire.shift();
      if (item === undefined) return;
      if (item === 'reset') {
        timeline = startRenewal(timeline);
        asked.push({ cursor: null, generation: ++generation, page: null });
        delivered = { epoch: log.epoch(), seq: 0 };
        show(0);
        return;
      }
      delivered = { ...delivered, seq: item.seq };
      for (let times = random.chance(0.2) ? 2 : 1; times > 0; times--) takeMessage(item.message);
      show(1);
    },
    askOlder() {
      const cursor = olderCursorOf(timeline);
      if (cursor === null || timeline.renewal || asked.some((one) => one.cursor === cursor)) return;
      asked.push({ cursor, generation, page: null });
    },
    readPage() {
      const one = random.pick(asked.filter(({ page }) => page === null));
      if (one) one.page = log.page(one.cursor, pageSize);
    },
    deliverPage() {
      const one = random.pick(asked.filter(({ page }) => page !== null));
      if (!one?.page) return;
      asked = asked.filter((other) => other !== one);
      if (one.generation !== generation) return;
      timeline = one.cursor === null ? renew(timeline, [one.page]) : addPage(timeline, one.page);
      outbox = confirmSends(outbox, one.page.messages, me.id);
      show(Number.POSITIVE_INFINITY);
    },
    send() {
      const id = uuidOf(++ids);
      sent.add(id);
      outbox = addChange(outbox, { kind: 'send', id, text: `mine ${id}` }, 0);
      show(1);
    },
    change() {
      const message = random.pick(rows.flatMap((row) => row.message ?? []).filter(({ userId }) => userId === me.id));
      if (!message || !log.find(message.id)) return;
      const target = { id: uuidOf(++ids), messageId: message.id };
      const edit = { ...target, kind: 'edit' as const, text: `my edit ${ids}` };
      outbox = addChange(outbox, random.chance(0.7) ? edit : { ...target, kind: 'delete' }, 0);
      show(1);
    },
    /** The server takes the oldest change; its answer is lost, or comes at some time. */
    arrive() {
      const entry = findNext(outbox);
      if (entry === undefined) return;
      outbox = takeOff(outbox, entry.id);
      const target = entry.kind === 'send' ? undefined : log.find(entry.messageId);
      const message =
        entry.kind === 'send'
          ? log.send(me, entry.text, entry.id)
          : target && (entry.kind === 'delete' ? log.remove(target.id) : (log.edit(target.id, entry.text) ?? target));
      // An edit of a message that a restore has taken away: refused, and given up by its author.
      if (message === undefined) outbox = acknowledge(outbox, entry.id);
      else if (random.chance(0.2)) outbox = postpone(outbox, entry.id);
      else acks.push({ id: entry.id, message });
      show(1);
    },
    acknowledge() {
      const ack = random.pick(acks);
      if (ack === undefined) return;
      if (random.chance(0.8)) acks = acks.filter((other) => other !== ack);
      takeMessage(ack.message);
      outbox = acknowledge(outbox, ack.id);
      show(1);
    },
    restore() {
      if (random.chance(0.9)) return;
      log.restore(random.below(log.head() + 1));
      // The server was away, so every connection was lost, and with it what was under way.
      wire = [];
      acks = [];
      asked = asked.map((one) => ({ ...one, page: null }));
      if (outbox.inFlight !== null) outbox = postpone(outbox, outbox.inFlight);
    },
  };
  const run = (name: string): void => steps[name]?.();

  return {
    log,
    rows: () => rows,
    outbox: () => outbox,
    sent,
    step: () => run(random.pick(Object.keys(steps)) ?? ''),
    /** The network is good again, and the reader scrolls to the first message. */
    settle() {
      for (let rounds = 0; rounds < 2000; rounds++) {
        for (const name of [
          'arrive',
          'acknowledge',
          'readStream',
          'deliverEvent',
          'readPage',
          'deliverPage',
          'askOlder',
        ]) {
          run(name);
        }
        const isRead = reader.epoch === log.epoch() && reader.seq === log.head() && wire.length === 0;
        const isShown = timeline.renewal === null && timeline.older === null && asked.length === 0;
        if (isRead && isShown && outbox.entries.length === 0 && acks.length === 0) return;
      }
      throw new Error('never settled');
    },
  };
}

describe('the fold of a room (R3)', () => {
  test('R3, R6, S2: 10,000 random histories end as the server has them, and show nothing wrong on the way', () => {
    let compared = 0;
    for (let seed = 1; seed <= 10_000; seed++) {
      const random = seededChoices(seed);
      const client = createRandomClient(random);
      try {
        for (let step = 0; step < 60; step++) client.step();
        client.settle();
        const shown = client.rows().map(({ message, pending }) => (pending ? 'pending' : message));
        if (JSON.stringify(shown) !== JSON.stringify(client.log.bySeq())) throw new Error('not what the server has');
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
      compared += client.rows().length;
    }
    expect(compared).toBeGreaterThan(20_000);
    // Half of the usual limit on a calm machine.
  }, 60_000);
});
