import { expect, test, vi } from 'vitest';
import { toCaller } from '../identity.ts';
import { createFakeClock, person } from '../testing/index.ts';
import { createRoomBans } from './room-bans.ts';

const eve = toCaller(person('eve'));
const { id } = eve.user;

test('a ban that is over by itself is so too for what asks no database otherwise (A4, P4)', async () => {
  const clock = createFakeClock();
  const listUserIds = vi.fn<() => Promise<string[]>>(async () => [id]);
  const bans = createRoomBans({ clock, store: { listUserIds } });
  await bans.requireAsKnown(eve, 'main-chat');
  expect(listUserIds).not.toHaveBeenCalled();
  bans.passed('main-chat', { type: 'member-banned', position: 'e.1', userId: id }, 1);
  await expect(bans.requireAsKnown(eve, 'main-chat')).rejects.toMatchObject({ code: 'BANNED' });

  listUserIds.mockResolvedValue([]);
  clock.advance(1_000);
  await bans.requireAsKnown(eve, 'main-chat');

  bans.passed('main-chat', { type: 'member-banned', position: 'e.2', userId: id }, 2);
  clock.advance(1_000);
  expect(bans.isKnownBanned('main-chat', id)).toBe(true);
  await vi.waitFor(() => expect(bans.isKnownBanned('main-chat', id)).toBe(false));
});

test('a ban that passes while bans are being read is in force when that is done, and afterwards (A4)', async () => {
  const reading = Promise.withResolvers<void>();
  let isBanned = false;
  const listUserIds = async () => {
    const seen = isBanned ? [id] : [];
    await reading.promise;
    return seen;
  };
  const bans = createRoomBans({ clock: createFakeClock(), store: { listUserIds } });
  const first = bans.require(eve, 'main-chat');
  isBanned = true;
  bans.passed('main-chat', { type: 'member-banned', position: 'e.1', userId: id }, 1);
  reading.resolve();
  await expect(first).rejects.toMatchObject({ code: 'BANNED' });
  await expect(bans.require(eve, 'main-chat')).rejects.toMatchObject({ code: 'BANNED' });
});
