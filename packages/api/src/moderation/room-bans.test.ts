import { expect, test } from 'vitest';
import { toCaller } from '../identity.ts';
import { createFakeClock, person } from '../testing/index.ts';
import { createRoomBans } from './room-bans.ts';

test('a ban that passes while bans are being read is in force when that is done, and afterwards (A4)', async () => {
  const eve = toCaller(person('eve'));
  const { id } = eve.user;
  const user = { id, username: 'eve', name: 'EVE', isGuest: false };
  const ban = { userId: id, until: null, reason: null, by: id, createdAt: new Date(0), user };
  const reading = Promise.withResolvers<void>();
  let isBanned = false;
  const list = async () => {
    const seen = isBanned ? [ban] : [];
    await reading.promise;
    return seen;
  };
  const bans = createRoomBans({ clock: createFakeClock(), store: { list } });
  const first = bans.require(eve, 'main-chat');
  isBanned = true;
  bans.passed('main-chat', { type: 'member-banned', position: 'e.1', userId: id }, 1);
  reading.resolve();
  await expect(first).rejects.toMatchObject({ code: 'BANNED' });
  await expect(bans.require(eve, 'main-chat')).rejects.toMatchObject({ code: 'BANNED' });
});
