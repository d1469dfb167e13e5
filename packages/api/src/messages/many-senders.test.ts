import type { MessageStreamEvent } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { createTestApi, person } from '../testing/index.ts';

const senders = 100;
const each = 50;
const total = senders * each;
const room = 'main-chat';

const receivedOf = (events: MessageStreamEvent[]) =>
  events.flatMap((event) => (event.type === 'message-received' ? [event.message] : []));

test(
  'of 100 senders at once every message is stored and delivered once and in order (R1, R4, R5, S1, S6)',
  { timeout: 60_000 },
  async () => {
    await using api = await createTestApi();
    const early = [api.follow(person('eve')), api.follow(person('eve')), api.follow(person('sam'))];
    await Promise.all(early.map((stream) => stream.next(1)));

    const callers = Array.from({ length: senders }, (_, author) => api.caller(person(`author-${author}`)));
    const sent = callers.map(async ({ chat }, author) => {
      // All at once: the order of the calls of one connection is the order of its messages.
      const answers = await Promise.all(
        Array.from({ length: each }, (_, index) => chat.send({ message: `${author} ${index}` })),
      );
      return answers.map(({ seq }) => seq);
    });
    // Some come in the middle of it, from the start of the room, and one of them from where another stood.
    const [position] = (await callers[0]?.chat.rooms())?.map((found) => found.position) ?? [];
    const late = [api.follow(person('late'), { lastEventId: `${position?.split('.')[0]}.0` })];
    await early[0]?.until(500);
    late.push(api.follow(person('late'), { lastEventId: early[0]?.ids[400] ?? '' }));

    const seqsByAuthor = await Promise.all(sent);
    const numbers = Array.from({ length: total }, (_, index) => index + 1);
    expect(seqsByAuthor.flat().toSorted((a, b) => a - b)).toEqual(numbers);
    for (const seqs of seqsByAuthor) expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));

    for (const stream of early) {
      const messages = receivedOf(await stream.until(total + 1));
      expect(messages.map(({ seq }) => seq)).toEqual(numbers);
      for (let author = 0; author < senders; author++) {
        const own = messages.filter(({ user }) => user.username === `author-${author}`).map(({ message }) => message);
        expect(own).toEqual(Array.from({ length: each }, (_, index) => `${author} ${index}`));
      }
      const times = messages.map(({ createdAt }) => createdAt.getTime());
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
    expect((await late[0]?.until(total))?.map(({ position }) => position)).toEqual(early[0]?.ids.slice(1));
    expect((await late[1]?.until(total - 400))?.map(({ position }) => position)).toEqual(early[0]?.ids.slice(401));

    const stats = await api.caller(null).chat.stats({ room, days: 2 });
    expect(stats).toMatchObject({ totalMessages: total, totalUsers: senders });
    await Promise.all([...early, ...late].map((stream) => stream.close()));
    for (const { events } of early) expect(events).toHaveLength(total + 1);
  },
);
