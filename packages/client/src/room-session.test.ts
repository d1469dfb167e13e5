import { describe, expect, test } from 'vitest';
import { ada, me, uuidOf } from '../test/room-log.ts';
import { createRoomWorld } from '../test/room-world.ts';
import { maxBehind, pageSize } from '../test/scripted-server.ts';
import { seededChoices } from '../test/seeded-choices.ts';

describe('a room over a network that fails', () => {
  test('T2: WebSocket is refused, so it goes over SSE', async () => {
    const world = createRoomWorld({ messages: 3, isWebSocketBlocked: true });
    for (let seconds = 0; seconds < 10; seconds++) await world.second();
    expect(world.connection.get()).toMatchObject({ name: 'connected', transport: 'sse' });
    world.session.send('over SSE');
    world.server.log.send(ada, 'an answer');
    await world.expectWhole();
    expect(new Set(world.texts().slice(-2))).toEqual(new Set(['an answer', 'over SSE']));
  });

  test.each(['taken', 'not taken'])(
    'S2: the connection is lost mid-send, the message %s by the server',
    async (was) => {
      const world = createRoomWorld({ messages: 3 });
      await world.second();
      world.server.script.holdsAnswers = was === 'taken';
      world.server.script.isAway = was === 'not taken';
      const key = world.session.send('mine');
      world.session.send('mine too');
      await world.clock.turn(10);
      expect(world.texts().slice(-2)).toEqual(['(mine)', '(mine too)']);
      expect(world.rows().map(({ state }) => state)).toEqual(['sent', 'sent', 'sent', 'sending', 'sending']);
      world.server.drop();
      Object.assign(world.server.script, { holdsAnswers: false, isAway: false });
      await world.expectWhole();
      expect(world.texts().slice(-2)).toEqual(['mine', 'mine too']);
      expect(world.rows().at(-2)).toMatchObject({ key, state: 'sent' });
    },
  );

  test('R3: the connection is lost mid-page, and the page comes once', async () => {
    const world = createRoomWorld({ messages: 35 });
    await world.second();
    world.server.script.holdsPages = true;
    world.session.loadOlder();
    world.session.loadOlder();
    await world.clock.turn(10);
    expect(world.server.held()).toBe(1);
    world.server.log.edit(uuidOf(20), 'edited while the page was under way');
    world.server.drop();
    world.server.script.holdsPages = false;
    await world.second();
    await world.second();
    expect(world.rows()).toHaveLength(2 * pageSize);
    await world.expectWhole();
  });

  test('R3: a page that was read before an edit and comes after it does not bring the old text back', async () => {
    const world = createRoomWorld({ messages: 15 });
    await world.second();
    world.server.script.holdsPages = true;
    world.session.loadOlder();
    await world.clock.turn(10);
    world.server.log.remove(uuidOf(2));
    await world.second();
    world.server.script.holdsPages = false;
    world.server.release();
    await world.second();
    expect(world.rows().find(({ key }) => key === uuidOf(2))?.message).toMatchObject({ isDeleted: true, message: '' });
    await world.expectWhole();
  });

  test('A4: whoever is let in again and writes sees the room again, without asking for it', async () => {
    const world = createRoomWorld({ messages: 3 });
    await world.second();
    world.server.refuseStreams('BANNED');
    await world.second();
    expect(world.session.getSnapshot()).toMatchObject({ isLive: false, problem: { code: 'BANNED' } });
    world.server.log.send(ada, 'said meanwhile');
    world.session.send('I am back');
    await world.expectWhole();
    expect(world.session.getSnapshot().problem).toBeNull();
    expect(new Set(world.texts().slice(-2))).toEqual(new Set(['said meanwhile', 'I am back']));
  });

  test('a refused page of older messages is told, the room is followed all the same, and asking again asks again', async () => {
    const world = createRoomWorld({ messages: 25 });
    await world.second();
    world.server.script.refusesOlder = 'FORBIDDEN';
    world.session.loadOlder();
    expect(world.session.getSnapshot().isLoadingOlder).toBe(true);
    await world.second();
    expect(world.session.getSnapshot()).toMatchObject({
      olderProblem: { code: 'FORBIDDEN' },
      isLoadingOlder: false,
      isLive: true,
      problem: null,
    });
    world.server.log.send(ada, 'and it goes on');
    await world.second();
    expect(world.texts().at(-1)).toBe('and it goes on');

    world.server.script.refusesOlder = null;
    world.session.loadOlder();
    expect(world.session.getSnapshot().olderProblem).toBeNull();
    await world.second();
    expect(world.rows()).toHaveLength(2 * pageSize + 1);
    await world.expectWhole();
  });

  test('R6: a cursor that is not good any more is replaced by reading anew', async () => {
    const world = createRoomWorld({ messages: 25 });
    await world.second();
    world.server.script.refusesOlder = 'INVALID_CURSOR';
    world.session.loadOlder();
    await world.clock.turn(10);
    world.server.script.refusesOlder = null;
    await world.second();
    expect(world.session.getSnapshot()).toMatchObject({ olderProblem: null, isLive: true });
    await world.expectWhole();
  });

  test('R5: the connection is lost mid-resume, and again', async () => {
    const world = createRoomWorld({ messages: 3 });
    await world.second();
    world.server.drop();
    for (let n = 0; n < 9; n++) world.server.log.send(ada, `meanwhile ${n}`);
    for (let times = 0; times < 3; times++) {
      world.server.script.eventsUntilDrop = 2;
      for (let seconds = 0; seconds < 10; seconds++) await world.second();
    }
    await world.expectWhole();
    expect(world.server.delivered).toEqual(Array.from({ length: 9 }, (_, n) => world.server.log.position(4 + n)));
  });

  test('A3: the token expires under a stream and a send; a fresh one is fetched and nothing fails', async () => {
    const world = createRoomWorld({ messages: 3 });
    await world.second();
    world.server.script.hasTokenExpired = true;
    world.session.send('mine');
    world.server.pump();
    await world.clock.turn(100);
    world.server.script.hasTokenExpired = false;
    await world.expectWhole();
    expect(world.texts().at(-1)).toBe('mine');
    expect(world.opened.length).toBeGreaterThan(1);
  });

  test('R6: a reset while scrolled back keeps the place, the rows that are as they were, and shows no ghost', async () => {
    const world = createRoomWorld({ messages: 45 });
    await world.second();
    for (let pages = 0; pages < 2; pages++) {
      world.session.loadOlder();
      await world.second();
    }
    const before = world.rows();
    expect(before).toHaveLength(3 * pageSize);
    world.server.drop();
    world.server.log.remove(uuidOf(30));
    world.server.log.restore(46);
    expect(world.server.resets()).toBe(0);
    world.server.log.send(ada, 'of the new log');
    world.server.script.holdsPages = true;
    world.session.send('on its way');
    for (let seconds = 0; seconds < 5; seconds++) await world.second();
    expect(world.session.getSnapshot().isLive).toBe(false);
    expect(
      world
        .rows()
        .slice(0, 30)
        .map(({ key }) => key),
    ).toEqual(before.map(({ key }) => key));
    world.server.script.holdsPages = false;
    world.server.release();
    for (let seconds = 0; seconds < 5; seconds++) await world.second();

    const after = world.rows();
    expect(world.server.resets()).toBe(1);
    // Read back as far as it had been, and what is as it was is the same object.
    const changed = before.filter((row) => !after.includes(row));
    expect(changed.map(({ key }) => key)).toEqual([uuidOf(30)]);
    expect(after.find(({ key }) => key === uuidOf(30))?.message?.isDeleted).toBe(true);
    expect(world.texts().slice(-2)).toEqual(['of the new log', 'on its way']);
    await world.expectWhole();
  });

  test('S2: a send whose answer comes after its event stays one row under one key, made anew once', async () => {
    const world = createRoomWorld({ messages: 3 });
    await world.second();
    world.server.script.holdsAnswers = true;
    const key = world.session.send('mine');
    await world.second();
    const row = world.rows().at(-1);
    expect(row).toMatchObject({ key, pending: null, message: { message: 'mine' } });
    world.server.release();
    await world.second();
    expect(world.rows().at(-1)).toBe(row);
    await world.expectWhole();
  });

  test('R6: after a week asleep it is as the room is now, with edits and deletes of what it had', async () => {
    const world = createRoomWorld({ messages: 25 });
    await world.second();
    world.session.loadOlder();
    await world.second();
    world.server.script.isAway = true;
    world.server.drop();
    await world.clock.turn(7 * 24 * 3600 * 1000);
    for (let n = 0; n < maxBehind; n++) world.server.log.send(ada, `meanwhile ${n}`);
    world.server.log.remove(uuidOf(20));
    world.server.log.edit(uuidOf(21), 'edited');
    world.session.send('good morning');
    world.server.script.isAway = false;
    expect(world.server.resets()).toBe(0);
    await world.expectWhole();
    expect(world.server.resets()).toBe(1);
    expect(world.texts().at(-1)).toBe('good morning');
  });

  test('a reload with an unsent message: the next page sends it, once', async () => {
    const world = createRoomWorld({ messages: 3 });
    await world.second();
    world.server.script.isAway = true;
    world.server.drop();
    world.session.send('before the reload');
    await world.second();
    world.session.close();
    world.connection.close();
    world.server.script.isAway = false;
    const { session } = world.openPage();
    expect(session.getSnapshot().rows).toHaveLength(1);
    await world.second();
    await world.second();
    expect(session.getSnapshot().rows.map(({ pending }) => pending)).toEqual([null, null, null, null]);
    expect(world.server.log.bySeq().at(-1)?.message).toBe('before the reload');
    session.close();
  });

  test('S7: an edit of a message that is deleted meanwhile fails visibly and can be discarded', async () => {
    const world = createRoomWorld();
    await world.second();
    world.session.send('mine');
    await world.second();
    const id = world.rows()[0]?.message?.id ?? '';
    world.server.log.remove(id);
    world.session.edit(id, 'better');
    await world.second();
    const { pending } = world.rows()[0] ?? {};
    expect(pending).toMatchObject({ kind: 'edit', state: 'failed', failure: { code: 'MESSAGE_DELETED' } });
    expect(world.rows()[0]?.state).toBe('failed');
    world.session.discard(pending?.id ?? '');
    await world.expectWhole();
  });

  test('S7: a refused edit is given up for a newer one, and cannot be made again after it', async () => {
    const world = createRoomWorld();
    await world.second();
    world.session.send('mine');
    await world.second();
    const id = world.rows()[0]?.message?.id ?? '';
    world.server.script.refusesChanges = 'BANNED';
    world.session.edit(id, 'worse');
    await world.second();
    world.server.script.refusesChanges = null;
    const refused = world.rows()[0]?.pending?.id ?? '';
    expect(world.rows()[0]?.state).toBe('failed');
    world.session.edit(id, 'better');
    await world.second();
    expect(world.rows()[0]).toMatchObject({ state: 'sent', pending: null, message: { message: 'better' } });
    world.session.retry(refused);
    await world.second();
    await world.expectWhole();
    expect(world.texts()).toEqual(['better']);
  });

  test('what comes at once is shown together', async () => {
    const world = createRoomWorld({ messages: 1 });
    await world.second();
    world.server.script.isAway = true;
    world.server.drop();
    for (let n = 0; n < maxBehind; n++) world.server.log.send(ada, `meanwhile ${n}`);
    world.server.script.isAway = false;
    let shown = 0;
    world.session.subscribe(() => shown++);
    await world.clock.turn(60_000);
    expect(world.texts()).toHaveLength(1 + maxBehind);
    expect(world.server.resets()).toBe(0);
    expect(shown).toBeLessThan(12);
    await world.expectWhole();
  });

  test('S7: a refused edit of a message that is not loaded is shown at the end, and goes to its place when that is loaded', async () => {
    const world = createRoomWorld();
    await world.second();
    world.session.send('mine');
    await world.second();
    const id = world.rows()[0]?.message?.id ?? '';
    world.server.script.isAway = true;
    world.server.drop();
    world.session.edit(id, 'better');
    world.session.close();
    world.connection.close();
    world.server.log.remove(id);
    for (let n = 1; n <= 15; n++) world.server.log.send(ada, `meanwhile ${n}`);
    world.server.script.isAway = false;
    const { session } = world.openPage();
    await world.second();
    await world.second();
    const last = session.getSnapshot().rows.at(-1);
    expect(last).toMatchObject({ message: null, state: 'failed', pending: { kind: 'edit', text: 'better' } });

    session.loadOlder();
    await world.second();
    const { rows } = session.getSnapshot();
    expect(rows).toHaveLength(16);
    expect(rows[0]).toMatchObject({ message: { id }, state: 'failed', pending: { kind: 'edit', text: 'better' } });
    session.discard(last?.pending?.id ?? '');
    expect(session.getSnapshot().rows[0]).toMatchObject({ message: { id }, state: 'sent', pending: null });
    session.close();
  });

  test('P3: who is present is not known any more when nothing has streamed for half a minute', async () => {
    const world = createRoomWorld();
    await world.second();
    world.server.hint({ type: 'presence-state', users: [ada], count: 1, version: { source: 'a', n: 1 } });
    expect(world.session.getSnapshot().presence.count).toBe(1);
    world.server.script.isAway = true;
    world.server.drop();
    await world.clock.turn(29_000);
    expect(world.session.getSnapshot().presence.count).toBe(1);
    await world.clock.turn(1_000);
    expect(world.session.getSnapshot().presence).toMatchObject({ count: 0, version: null });
    world.session.close();
  });

  test('P4: whoever types is shown until the message comes or 6 s have passed', async () => {
    const world = createRoomWorld();
    await world.second();
    const typing = { type: 'user-typing', room: 'main-chat', user: ada, isTyping: true } as const;
    world.server.hint(typing);
    expect(world.session.getSnapshot().typers).toHaveLength(1);
    await world.clock.turn(6_000);
    expect(world.session.getSnapshot().typers).toHaveLength(0);
    world.server.hint(typing);
    world.server.log.send(ada, 'there');
    await world.second();
    expect(world.session.getSnapshot().typers).toHaveLength(0);
  });

  test('P4: typing is told once a second, taken back by sending, and not kept for later', async () => {
    const world = createRoomWorld();
    await world.second();
    for (let keys = 0; keys < 12; keys++) {
      world.session.typed(false);
      await world.clock.turn(100);
    }
    expect(world.server.typing).toEqual([true, true]);
    world.session.send('there');
    world.session.typed(true);
    expect(world.server.typing).toEqual([true, true, false]);
    world.server.script.isAway = true;
    world.server.drop();
    world.session.typed(false);
    world.server.script.isAway = false;
    await world.expectWhole();
    expect(world.server.typing).toEqual([true, true, false]);
    world.session.close();
  });

  test('a snapshot is the same object until something changes, and a closed room holds no connection', async () => {
    const world = createRoomWorld({ messages: 3 });
    await world.second();
    const snapshot = world.session.getSnapshot();
    let changes = 0;
    world.session.subscribe(() => changes++);
    await world.second();
    expect(world.session.getSnapshot()).toBe(snapshot);
    world.server.log.send(ada, 'new');
    await world.second();
    expect(changes).toBe(1);
    expect(world.rows().slice(0, 3)).toEqual(snapshot.rows);
    expect(world.rows()[0]).toBe(snapshot.rows[0]);
    world.session.close();
    expect(world.connection.get().name).toBe('idle');
    expect(world.server.connections()).toBe(0);
  });

  test('in 500 random scripts no message is doubled, lost, out of order or stuck in sending', async () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = seededChoices(seed);
      const world = createRoomWorld({ messages: random.below(40), random: random.next });
      const { server, session } = world;
      const sent: string[] = [];
      const steps: (() => void)[] = [
        () => server.log.send(ada, `theirs ${server.log.head()}`),
        () => void sent.push(session.send(`mine ${sent.length}`)),
        () => server.drop(),
        () => session.loadOlder(),
        () => server.release(),
        () => void (server.script.isAway = random.chance(0.3)),
        () => void (server.script.isWebSocketBlocked = random.chance(0.5)),
        () => void (server.script.holdsAnswers = random.chance(0.5)),
        () => void (server.script.holdsPages = random.chance(0.4)),
        () => void (server.script.hasTokenExpired = random.chance(0.2)),
        () => void (server.script.eventsUntilDrop = random.below(4)),
        () => {
          const message = random.pick(server.log.bySeq());
          if (message) server.log.remove(message.id);
        },
        () => {
          if (random.chance(0.2)) for (let n = 0; n < maxBehind; n++) server.log.send(ada, 'flood');
        },
      ];
      for (let step = 0; step < 40; step++) {
        random.pick(steps)?.();
        await world.clock.turn(random.below(3000));
        if (random.chance(0.6)) server.pump();
        expect(world.faults, `seed ${seed}`).toEqual([]);
      }
      Object.assign(server.script, {
        isAway: false,
        holdsAnswers: false,
        holdsPages: false,
        hasTokenExpired: false,
        eventsUntilDrop: Number.POSITIVE_INFINITY,
      });
      server.release();
      const failed = world.rows().flatMap(({ pending }) => (pending?.state === 'failed' ? pending.id : []));
      for (const id of failed) session.retry(id);
      await world.expectWhole();
      session.close();
      const arrived = server.log
        .bySeq()
        .flatMap(({ userId, clientMessageId }) => (userId === me.id ? clientMessageId : []));
      if (failed.length === 0) expect(arrived, `seed ${seed}`).toEqual(sent);
      else expect(new Set(arrived), `seed ${seed}`).toEqual(new Set(sent));
      expect(arrived, `seed ${seed}`).toHaveLength(sent.length);
    }
  });
});
