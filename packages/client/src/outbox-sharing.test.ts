import { describe, expect, test } from 'vitest';
import { ada, me } from '../test/room-log.ts';
import { createRoomWorld } from '../test/room-world.ts';
import { seededChoices } from '../test/seeded-choices.ts';
import { createOutboxStorage } from './outbox-storage.ts';

/** Two tabs of one person, connected. */
async function createTwoTabs() {
  const world = createRoomWorld({ messages: 2 });
  const other = world.openPage();
  await world.second();
  return { world, other };
}
const ownTexts = ({ server }: ReturnType<typeof createRoomWorld>) =>
  server.log.bySeq().flatMap(({ userId, message }) => (userId === me.id ? [message] : []));

describe('two tabs of one person', () => {
  test('S2: what is written in one is shown in both, and is one message', async () => {
    const { world, other } = await createTwoTabs();
    world.server.script.holdsAnswers = true;
    world.session.send('mine');
    await world.clock.turn(10);
    expect(other.texts()).toEqual(['old 1', 'old 2', '(mine)']);
    world.server.script.holdsAnswers = false;
    world.server.release();
    await world.expectWhole();
    await world.expectWhole(other.session);
    expect(world.server.deliveries()).toBe(1);
  });

  test('a tab that is closed before it could send leaves that to the other', async () => {
    const { world, other } = await createTwoTabs();
    world.server.script.isAway = true;
    world.server.drop();
    world.session.send('left behind');
    await world.second();
    world.session.close();
    world.connection.close();
    expect(other.texts().at(-1)).toBe('(left behind)');
    world.server.script.isAway = false;
    await world.expectWhole(other.session);
    expect(other.texts().at(-1)).toBe('left behind');
    expect(world.storage.length).toBe(0);
  });

  test.each(['edit', 'delete'] as const)(
    'an edit that a closed tab has left is given up for a newer %s',
    async (kind) => {
      const { world, other } = await createTwoTabs();
      world.session.send('mine');
      await world.second();
      const id = world.rows().at(-1)?.message?.id ?? '';
      world.server.script.isAway = true;
      world.server.drop();
      world.session.edit(id, 'older');
      await world.second();
      world.session.close();
      world.connection.close();
      world.server.script.isAway = false;
      if (kind === 'edit') other.session.edit(id, 'newer');
      else other.session.remove(id);
      await world.clock.turn(60_000);
      await world.expectWhole(other.session);
      expect(world.server.log.bySeq().at(-1)).toMatchObject(
        kind === 'edit' ? { message: 'newer' } : { isDeleted: true },
      );
      expect(other.session.getSnapshot().rows.at(-1)).toMatchObject({ state: 'sent', message: { version: 4 } });
      expect(world.storage.length).toBe(0);
    },
  );

  test('S7: what is refused in one, sent again or given up, is so in the other', async () => {
    const { world, other } = await createTwoTabs();
    world.session.send('mine');
    await world.second();
    const id = world.rows().at(-1)?.message?.id ?? '';
    world.server.log.remove(id);
    world.session.edit(id, 'edited too late');
    await world.second();
    const failed = (page: { session: typeof world.session }) =>
      page.session.getSnapshot().rows.find(({ state }) => state === 'failed')?.pending?.id ?? '';
    expect(failed(other)).toBe(failed(world));
    expect(failed(other)).not.toBe('');

    other.session.discard(failed(other));
    await world.second();
    expect(failed(world)).toBe('');
    await world.expectWhole();
    await world.expectWhole(other.session);
  });

  test('a send that one tab gives up while it waits is not sent by the other, nor shown for long', async () => {
    const { world, other } = await createTwoTabs();
    world.server.script.isAway = true;
    world.server.drop();
    const id = world.session.send('on second thoughts');
    await world.second();
    world.session.discard(id);
    await world.clock.turn(10_000);
    expect(other.texts()).toEqual(['old 1', 'old 2']);
    world.server.script.isAway = false;
    await world.expectWhole(other.session);
    expect(ownTexts(world)).toEqual([]);
  });

  test('a change that one tab has made long ago is not made again by another that was away', async () => {
    const world = createRoomWorld({ messages: 2 });
    await world.second();
    world.session.send('first');
    await world.second();
    const id = world.rows().at(-1)?.message?.id ?? '';
    world.server.script.isAway = true;
    world.server.drop();
    world.session.edit(id, 'second');
    await world.second();
    // A tab that hears of nothing: it was asleep, for example.
    const deaf = world.openPage({ hearsOthers: false });
    expect(world.storage.length).toBe(1);
    deaf.setAsleep(true);
    world.server.script.isAway = false;
    await world.expectWhole();
    world.session.edit(id, 'third');
    await world.expectWhole();
    const before = world.server.deliveries();
    deaf.setAsleep(false);
    await world.expectWhole(deaf.session);
    expect(world.server.deliveries()).toBe(before);
    expect(deaf.texts().at(-1)).toBe('third');
  });

  test('in 200 random scripts two tabs double, lose and show nothing for ever', async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = seededChoices(seed);
      const world = createRoomWorld({ messages: 3, random: random.next });
      const { server } = world;
      let pages = [world, world.openPage()].map(({ session, connection }) => ({ session, connection }));
      const sent = new Set<string>();
      const steps: ((page: (typeof pages)[number]) => void)[] = [
        ({ session }) => void sent.add(session.send(`mine ${sent.size}`)),
        ({ session }) => void sent.add(session.send(`mine ${sent.size}`)),
        () => server.log.send(ada, 'theirs'),
        () => server.drop(),
        () => server.release(),
        () => void (server.script.isAway = random.chance(0.4)),
        () => void (server.script.holdsAnswers = random.chance(0.5)),
        (page) => {
          // A reload: what this tab had is the next one's.
          page.session.close();
          page.connection.close();
          pages = pages.map((one) => (one === page ? world.openPage() : one));
        },
      ];
      for (let step = 0; step < 25; step++) {
        const page = random.pick(pages);
        if (page) random.pick(steps)?.(page);
        await world.clock.turn(random.below(4000));
        if (random.chance(0.7)) server.pump();
        expect(world.faults, `seed ${seed}`).toEqual([]);
      }
      Object.assign(server.script, { isAway: false, holdsAnswers: false });
      server.release();
      for (const { session } of pages) await world.expectWhole(session);
      const arrived = server.log
        .bySeq()
        .flatMap(({ userId, clientMessageId }) => (userId === me.id ? clientMessageId : []));
      expect(arrived, `seed ${seed}`).toHaveLength(sent.size);
      expect(new Set(arrived), `seed ${seed}`).toEqual(sent);
      expect(createOutboxStorage(world.storage, 'outbox:').load(), `seed ${seed}`).toEqual([]);
      for (const page of pages) {
        page.session.close();
        page.connection.close();
      }
    }
  });
});
