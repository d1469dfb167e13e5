import { randomUUID } from 'node:crypto';
import type { LogEvent, Message, MessageStreamEvent } from '@folkmoot/contract';
import { rooms } from '@folkmoot/db/drizzle';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createMemoryEventBus } from '../log/memory-event-bus.ts';
import { createTestApi, foldEvents, type FollowedRoom, person, type TestApi } from '../testing/index.ts';

const step = fc.record({
  kind: fc.constantFrom('send', 'send', 'send', 'edit', 'delete', 'repeat', 'join', 'reconnect', 'poll'),
  who: fc.nat(3),
  which: fc.nat(60),
  node: fc.nat(1),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** A client that follows the room by a stream: what it has read and where it stands. */
type Follower = {
  snapshot: Message[];
  events: MessageStreamEvent[];
  position: string;
  stream: FollowedRoom;
  isReconnecting: boolean;
};

/** A client that polls. */
type Poller = { snapshot: Message[]; events: LogEvent[]; position: string; isPolling: boolean };

class Course {
  readonly room = `room-${randomUUID().slice(0, 8)}`;
  readonly #nodes: TestApi[];
  readonly #sent: { author: number; clientMessageId: string; message: string; id: string }[] = [];
  readonly followers: Follower[] = [];
  readonly pollers: Poller[] = [];

  constructor(nodes: TestApi[]) {
    this.#nodes = nodes;
  }

  chat(who: number, node = 0) {
    const api = this.#nodes[node] ?? this.#nodes[0];
    if (!api) throw new Error('A course needs a node.');
    return api.caller(person(`p${who}`, { role: who === 0 ? 'moderator' : 'member' })).chat;
  }

  async take({ kind, who, which, node }: Step): Promise<void> {
    const { room } = this;
    const chat = this.chat(who, node);
    const about = this.#sent[which % Math.max(1, this.#sent.length)];
    switch (kind) {
      case 'join': {
        const { messages, position } = await chat.history({ room, limit: 100 });
        const stream = this.#follow(who, node, position);
        this.followers.push({ snapshot: messages, events: [], position, stream, isReconnecting: false });
        const page = await chat.recent({ room, limit: 100 });
        this.pollers.push({ snapshot: page.messages, events: [], position: page.position, isPolling: false });
        return;
      }
      case 'reconnect': {
        const follower = this.followers[which % Math.max(1, this.followers.length)];
        if (!follower || follower.isReconnecting) return;
        follower.isReconnecting = true;
        const { stream } = follower;
        await stream.close();
        follower.events.push(...stream.events);
        follower.position = stream.ids.at(-1) ?? follower.position;
        follower.stream = this.#follow(who, node, follower.position);
        follower.isReconnecting = false;
        return;
      }
      case 'poll': {
        const poller = this.pollers[which % Math.max(1, this.pollers.length)];
        if (!poller || poller.isPolling) return;
        poller.isPolling = true;
        await this.poll(poller, node);
        poller.isPolling = false;
        return;
      }
      case 'edit':
        if (about)
          await this.chat(about.author, node)
            .edit({ room, messageId: about.id, message: `e${which}` })
            .catch(allowDeleted);
        return;
      case 'delete':
        if (about) await this.chat(0, node).delete({ room, messageId: about.id });
        return;
      case 'repeat':
        if (about) {
          const { clientMessageId, message } = about;
          const { id } = await this.chat(about.author, node).send({ room, message, clientMessageId });
          if (id !== about.id) throw new Error('A repeat made a message of its own (S2).');
        }
        return;
      default: {
        const [clientMessageId, message] = [randomUUID(), `m${which}`];
        const { id } = await chat.send({ room, message, clientMessageId });
        this.#sent.push({ author: who, clientMessageId, message, id });
      }
    }
  }

  async poll(poller: Poller, node: number): Promise<number> {
    const page = await this.chat(1, node).events({ room: this.room, after: poller.position, limit: 7 });
    if (page.reset) throw new Error('A poller was reset (R5).');
    poller.events.push(...page.events);
    poller.position = page.position;
    return page.events.length;
  }

  #follow(who: number, node: number, lastEventId: string): FollowedRoom {
    const api = this.#nodes[node] ?? this.#nodes[0];
    if (!api) throw new Error('A course needs a node.');
    return api.follow(person(`p${who}`), { room: this.room, lastEventId });
  }
}

function allowDeleted(error: unknown): void {
  expect(error).toMatchObject({ cause: { code: 'MESSAGE_DELETED' } });
}

function expectGapless(from: string, events: readonly { position: string }[]): void {
  const first = Number(from.split('.')[1]);
  expect(events.map(({ position }) => Number(position.split('.')[1]))).toEqual(
    events.map((_, index) => first + 1 + index),
  );
}

test(
  'a snapshot and the events after it give a fresh snapshot, whoever joins, leaves or polls when (R3, R5)',
  { timeout: 60_000 },
  async () => {
    const bus = createMemoryEventBus();
    await using first = await createTestApi({ bus });
    await using second = await createTestApi({ bus, sharing: first });

    const groups = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 3, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(groups, async (steps) => {
        const course = new Course([first, second]);
        const { room } = course;
        await first.database.insert(rooms).values({ slug: room });
        await course.take({ kind: 'join', who: 1, which: 0, node: 0 });
        const starts = new Map<object, string>();
        // What stands in one group is under way at the same time.
        for (const group of steps) {
          await Promise.all(group.map((one) => course.take(one)));
          for (const client of [...course.followers, ...course.pollers]) {
            if (!starts.has(client)) starts.set(client, client.events.length === 0 ? client.position : '');
          }
        }

        const fresh = await course.chat(2).history({ room, limit: 100 });
        for (const follower of course.followers) {
          await vi.waitFor(() => expect(follower.stream.ids.at(-1) ?? follower.position).toBe(fresh.position));
          const events = [...follower.events, ...follower.stream.events];
          expect(events.map(({ type }) => type)).not.toContain('reset');
          expect(foldEvents(follower.snapshot, events)).toEqual(fresh.messages);
        }
        for (const poller of course.pollers) {
          while ((await course.poll(poller, 1)) > 0);
          expect(poller.position).toBe(fresh.position);
          expect(foldEvents(poller.snapshot, poller.events)).toEqual(fresh.messages);
        }
        for (const client of course.followers) await client.stream.close();
        for (const client of [...course.followers, ...course.pollers]) {
          const events = 'stream' in client ? [...client.events, ...client.stream.events] : client.events;
          const start = starts.get(client);
          if (start) expectGapless(start, events);
        }
      }),
      { numRuns: 15, endOnFailure: true, plugins: [fc.interruptAfterTimeLimit(12_000)] },
    );
  },
);
