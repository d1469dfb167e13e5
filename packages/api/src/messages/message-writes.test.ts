import { expect, test } from 'vitest';
import { createTestApi, person } from '../testing/index.ts';

test('a message is sent, edited and deleted, and every read shows it at once (S1, S6)', async () => {
  await using api = await createTestApi();
  const ann = api.caller(person('ann'));
  const sent = await ann.chat.send({ message: '  Hello\r\nworld ' });
  expect(sent).toMatchObject({ message: 'Hello\nworld', seq: 1, version: 1, isDeleted: false, editedAt: null });
  expect(sent.user).toEqual({ id: sent.userId, username: 'ann', name: 'ANN', isGuest: false });

  const edited = await ann.chat.edit({ messageId: sent.id, message: 'Hi' });
  expect(edited).toMatchObject({ message: 'Hi', seq: 1, version: 2 });
  const page = await ann.chat.history({});
  expect(page.messages).toEqual([edited]);

  const deleted = await ann.chat.delete({ messageId: sent.id });
  expect(deleted).toMatchObject({ message: '', isDeleted: true, version: 3 });
  const stats = await api.caller(null).chat.stats({ days: 2 });
  expect(stats).toMatchObject({ totalMessages: 0, totalUsers: 0 });
  expect(stats.daily).toHaveLength(2);
  expect(await ann.chat.rooms()).toHaveLength(2);
  expect(await ann.chat.events({ after: page.position })).toMatchObject({
    reset: false,
    events: [{ type: 'message-deleted' }],
  });
});
