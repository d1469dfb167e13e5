import { describe, expect, test } from 'vitest';
import { createMemoryStorage } from '../test/memory-storage.ts';
import { ada, createRoomLog, me, uuidOf } from '../test/room-log.ts';
import { createRoomWorld } from '../test/room-world.ts';
import { maxBehind, pageSize } from '../test/scripted-server.ts';
import { seededChoices } from '../test/seeded-choices.ts';
import { createRoomStorage, type KeptRoom } from './room-storage.ts';

type World = ReturnType<typeof createRoomWorld>;

/** A room that was open with its newest page and has been closed since, with an open server. */
async function createKeptWorld({ messages = 25 } = {}): Promise<World> {
  const world = createRoomWorld({ messages, keepsRoom: true });
  await world.second();
  await world.second();
  closePage(world);
  return world;
}
function closePage({ session, connection }: Pick<World, 'session' | 'connection'>): void {
  session.close();
  connection.close();
}
const keptText = (world: World): string => world.storage.getItem('room') ?? '';

describe('a room that is kept', () => {
  test('R5: it is shown at once, goes on from its position and reads no page', async () => {
    const world = await createKeptWorld();
    world.server.log.send(ada, 'meanwhile');
    world.server.log.edit(uuidOf(20), 'edited meanwhile');
    world.server.script.holdsPages = true;

    const page = world.openPage();
    expect(page.texts()).toEqual(Array.from({ length: pageSize }, (_, n) => `old ${16 + n}`));
    expect(page.session.getSnapshot()).toMatchObject({ isLoaded: true, isLive: false, hasOlder: true });
    await world.second();
    await world.second();
    expect(world.server.held()).toBe(0);
    expect(page.session.getSnapshot().isLive).toBe(true);
    expect(page.texts().slice(-2)).toEqual(['old 25', 'meanwhile']);
    expect(page.texts()).toContain('edited meanwhile');
    world.server.script.holdsPages = false;
    await world.expectWhole(page.session);
    closePage(page);
  });

  test('R6: where the position is good no more it is read anew, and nothing of the old log stays', async () => {
    const world = await createKeptWorld();
    world.server.log.restore(20);
    for (let n = 0; n < maxBehind + 5; n++) world.server.log.send(ada, `of the new log ${n}`);
    const page = world.openPage();
    expect(page.texts().at(-1)).toBe('old 25');
    await world.second();
    await world.second();
    expect(world.server.resets()).toBe(1);
    expect(page.texts().at(-1)).toBe(`of the new log ${maxBehind + 4}`);
    await world.expectWhole(page.session);
    expect(keptText(world)).not.toContain('old 25');
    expect(keptText(world)).toContain(`of the new log ${maxBehind + 4}`);
    closePage(page);
  });

  test('R8: a deleted text is kept no longer than the page shows it', async () => {
    const world = createRoomWorld({ messages: 25, keepsRoom: true });
    await world.second();
    await world.second();
    expect(keptText(world)).toContain('old 22');
    world.server.log.remove(uuidOf(22));
    world.server.pump();
    expect(keptText(world)).not.toContain('old 22');
    expect(keptText(world)).toContain(uuidOf(22));

    closePage(world);
    world.server.log.remove(uuidOf(23));
    const page = world.openPage();
    await world.second();
    expect(keptText(world)).not.toContain('old 23');
    closePage(page);
  });

  test('R8: a tab that is behind does not write over what another has kept', async () => {
    const world = createRoomWorld({ messages: 25, keepsRoom: true });
    const other = world.openPage();
    await world.second();
    await world.second();
    closePage(other);
    world.server.log.remove(uuidOf(22));
    await world.second();
    const kept = createRoomStorage(world.storage, { key: 'room', room: 'main-chat' });
    const newer = kept.load();
    kept.save({ position: world.server.log.position(25), messages: [], hasOlder: false, keptAt: 0 });
    expect(kept.load()).toEqual(newer);
    await world.expectWhole();
  });

  test('S2: a send that was kept as arrived and is still in the outbox is one row', async () => {
    const world = createRoomWorld({ messages: 3, keepsRoom: true });
    await world.second();
    world.server.script.holdsAnswers = true;
    const key = world.session.send('mine');
    const unsent = world.storage.getItem(`outbox:${key}`) ?? '';
    await world.second();
    await world.second();
    closePage(world);
    world.storage.setItem(`outbox:${key}`, unsent);
    world.server.script.holdsAnswers = false;
    const page = world.openPage();
    expect(page.texts()).toEqual(['old 1', 'old 2', 'old 3', 'mine']);
    await world.expectWhole(page.session);
    closePage(page);
  });

  test('what was kept more than a day ago is shown and read anew', async () => {
    const world = await createKeptWorld();
    await world.clock.turn(25 * 3600 * 1000);
    world.server.log.send(ada, 'good morning');
    world.server.script.holdsPages = true;
    const page = world.openPage();
    expect(page.texts().at(-1)).toBe('old 25');
    await world.second();
    expect(world.server.held()).toBe(1);
    world.server.script.holdsPages = false;
    world.server.release();
    await world.expectWhole(page.session);
    closePage(page);
  });

  test('A4: what one may not see any more is not kept', async () => {
    const world = createRoomWorld({ messages: 5, keepsRoom: true });
    await world.second();
    await world.second();
    expect(keptText(world)).not.toBe('');
    world.server.refuseStreams('BANNED');
    await world.second();
    expect(world.session.getSnapshot().problem?.code).toBe('BANNED');
    expect(keptText(world)).toBe('');
    closePage(world);
    expect(keptText(world)).toBe('');
  });

  test('a full storage loses nothing but the keeping', async () => {
    const world = createRoomWorld({ messages: 25, keepsRoom: true });
    await world.second();
    await world.second();
    world.storage.isFull = true;
    world.session.send('mine');
    world.server.log.remove(uuidOf(22));
    await world.second();
    await world.second();
    // The value that could not be replaced had the deleted text (R8).
    expect(keptText(world)).toBe('');
    await world.expectWhole();
    expect(world.texts().at(-1)).toBe('mine');
  });

  test('R3, R5, R8: through 120 random lives of a page it is as the room is, and keeps no deleted text', async () => {
    for (let seed = 1; seed <= 120; seed++) {
      const random = seededChoices(seed);
      const world = createRoomWorld({ messages: random.below(30), random: random.next, keepsRoom: true });
      const { server } = world;
      let page: Pick<World, 'session' | 'connection'> = world;
      const anyMessage = (): string => random.pick(server.log.bySeq())?.id ?? '';
      const steps: (() => void)[] = [
        () => server.log.send(ada, `theirs ${server.log.head()}`),
        () => void page.session.send('mine'),
        () => void (anyMessage() && server.log.edit(anyMessage(), `edited ${server.log.head()}`)),
        () => void (anyMessage() && server.log.remove(anyMessage())),
        () => page.session.loadOlder(),
        () => server.drop(),
        () => void (server.script.isAway = random.chance(0.3)),
        () => void (server.script.holdsPages = random.chance(0.3)),
        () => server.release(),
        () => {
          if (random.chance(0.2)) for (let n = 0; n < maxBehind; n++) server.log.send(ada, 'flood');
        },
        () => {
          closePage(page);
          page = world.openPage();
        },
      ];
      for (let step = 0; step < 40; step++) {
        random.pick(steps)?.();
        await world.clock.turn(random.below(3000));
        if (random.chance(0.6)) server.pump();
        expect(world.faults, `seed ${seed}`).toEqual([]);
      }
      Object.assign(server.script, { isAway: false, holdsPages: false });
      server.release();
      await world.expectWhole(page.session);
      await world.second();
      const kept = createRoomStorage(world.storage, { key: 'room', room: 'main-chat' }).load();
      expect(kept?.position, `seed ${seed}`).toBe(server.log.position());
      expect(kept?.messages, `seed ${seed}`).toEqual(server.log.bySeq().slice(-50));
      closePage(page);
    }
  });
});

describe('the storage of a room', () => {
  const place = { key: 'room', room: 'main-chat' };
  const log = createRoomLog();
  const kept = (change: Partial<KeptRoom> = {}): KeptRoom => {
    return { position: log.position(), messages: log.bySeq(), hasOlder: true, keptAt: 5, ...change };
  };
  log.send(ada, 'one');
  log.send(me, 'two', uuidOf(77));
  log.edit(uuidOf(1), 'one, edited');

  test('what it keeps is what it gives back', () => {
    const storage = createRoomStorage(createMemoryStorage(), place);
    expect(storage.load()).toBeNull();
    storage.save(kept());
    expect(storage.load()).toEqual(kept());
    storage.save(kept({ messages: [], hasOlder: false }));
    expect(storage.load()).toEqual(kept({ messages: [], hasOlder: false }));
    storage.remove();
    expect(storage.load()).toBeNull();
  });

  test('it keeps fifty messages, fewer when they are long, always the newest', () => {
    const values = createMemoryStorage();
    const storage = createRoomStorage(values, place);
    const big = createRoomLog();
    for (let n = 1; n <= 80; n++) big.send(ada, `text ${n}`);
    storage.save(kept({ position: big.position(), messages: big.bySeq(), hasOlder: false }));
    expect(storage.load()).toMatchObject({ messages: big.bySeq().slice(-50), hasOlder: true });

    for (let n = 1; n <= 50; n++) big.send(ada, `${n} ${'\u{1F600}'.repeat(4_990)}`);
    storage.save(kept({ position: big.position(), messages: big.bySeq(), hasOlder: false }));
    expect(storage.load()?.messages.at(-1)).toEqual(big.bySeq().at(-1));
    expect(values.getItem('room')?.length).toBeLessThan(200_000);
    expect(storage.load()?.messages.length).toBeGreaterThan(10);
  });

  const printed = (change: object): string => {
    const values = createMemoryStorage();
    createRoomStorage(values, place).save(kept());
    return JSON.stringify({ ...JSON.parse(values.getItem('room') ?? ''), ...change });
  };
  const [one, two] = log.bySeq();
  test.each([
    ['cut off', printed({}).slice(0, -9)],
    ['of another format', printed({ format: 2 })],
    ['no object', '[]'],
    ['nothing', 'null'],
    ['without a position', printed({ position: 7 })],
    ['of another room', printed({ messages: [{ ...one, room: 'side-room' }] })],
    ['out of order', printed({ messages: [two, one] })],
    ['doubled', printed({ messages: [one, one] })],
    ['with a message that is none', printed({ messages: [one, { ...two, user: null }] })],
    ['with a time that is none', printed({ messages: [{ ...one, createdAt: 'yesterday' }] })],
    ['with a text that is none', printed({ messages: [{ ...one, message: 7 }] })],
    ['without a message before which there are others', printed({ messages: [] })],
  ])('a value that is %s is not looked at', (_, value) => {
    const values = createMemoryStorage();
    values.setItem('room', printed({}));
    const storage = createRoomStorage(values, place);
    expect(storage.load()).not.toBeNull();
    values.setItem('room', value);
    expect(storage.load()).toBeNull();
  });

  test('a storage that may not be looked at is an empty one', () => {
    const forbidden = createMemoryStorage();
    forbidden.getItem = () => {
      throw new DOMException('Forbidden.', 'SecurityError');
    };
    const storage = createRoomStorage(forbidden, place);
    expect(storage.load()).toBeNull();
    expect(() => storage.save(kept())).not.toThrow();
  });
});
