import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApi, person, type TestApi } from '../testing/index.ts';

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

describe('of a room that all share', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await createTestApi();
  });
  afterAll(async () => {
    await api[Symbol.asyncDispose]();
  });
  const chatOf = (name: string, role: 'member' | 'moderator' | 'admin' = 'member') =>
    api.caller(person(name, { role })).chat;
  const refusedAs = (code: string) => ({ cause: { code } });

  test.each([
    ['', 'MESSAGE_EMPTY'],
    ['  \n\t ', 'MESSAGE_EMPTY'],
    ['\u200b\u2060', 'MESSAGE_EMPTY'],
    ['x'.repeat(5_001), 'MESSAGE_TOO_LONG'],
    ['𝄞'.repeat(5_001), 'MESSAGE_TOO_LONG'],
    ['a\u0000b', 'MESSAGE_HAS_FORBIDDEN_CHARACTERS'],
    ['a\u0007b', 'MESSAGE_HAS_FORBIDDEN_CHARACTERS'],
    ['a\ud800b', 'MESSAGE_HAS_FORBIDDEN_CHARACTERS'],
  ])('the text %j is neither sent nor takes another’s place: %s (S3, S7)', async (message, code) => {
    const chat = chatOf('ann');
    const { id } = await chat.send({ message: 'stays' });
    const { position } = await chat.history({ limit: 1 });
    await expect(chat.send({ message })).rejects.toMatchObject(refusedAs(code));
    await expect(chat.edit({ messageId: id, message })).rejects.toMatchObject(refusedAs(code));
    expect((await chat.history({ limit: 1 })).position).toBe(position);
  });

  test('5,000 code points are one message, whatever they are (S3)', async () => {
    for (const message of ['𝄞'.repeat(5_000), 'é'.repeat(5_000), '<b>"\'&</b>\u2028\n\tx']) {
      expect(await chatOf('ann').send({ message })).toMatchObject({ message });
    }
  });

  test('a repeat with the same clientMessageId is the same message, however often and at once (S2)', async () => {
    const input = { message: ' Hello\r\n', clientMessageId: randomUUID() };
    const before = await chatOf('ann').history({ limit: 1 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => chatOf('ann').send(input)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers[0]).toMatchObject({ message: 'Hello', clientMessageId: input.clientMessageId });
    const { events } = await chatOf('ann').events({ after: before.position });
    expect(events).toMatchObject([{ type: 'message-received', message: { clientMessageId: input.clientMessageId } }]);

    // The same id of another author, or in another room, is another message.
    expect((await chatOf('bob').send(input)).id).not.toBe(answers[0]?.id);
    expect((await chatOf('ann').send({ ...input, room: 'side-room' })).id).not.toBe(answers[0]?.id);
  });

  test('a repeat after an edit or a delete shows that, and with another text it is refused (S2)', async () => {
    const chat = chatOf('ann');
    const input = { message: 'first', clientMessageId: randomUUID() };
    const { id: messageId } = await chat.send(input);
    const edited = await chat.edit({ messageId, message: 'second' });
    expect(await chat.send(input)).toEqual(edited);
    await expect(chat.send({ ...input, message: 'second' })).rejects.toMatchObject(
      refusedAs('CLIENT_MESSAGE_ID_REUSED'),
    );
    const deleted = await chat.delete({ messageId });
    expect(await chat.send(input)).toEqual(deleted);
  });

  test('only the author edits; author and moderators delete; what changes nothing makes no event (S4)', async () => {
    const { id: messageId } = await chatOf('ann').send({ message: 'hello' });
    const start = await chatOf('ann').history({ limit: 1 });
    for (const chat of [chatOf('bob'), chatOf('mod', 'moderator'), chatOf('root', 'admin')]) {
      await expect(chat.edit({ messageId, message: 'x' })).rejects.toMatchObject(refusedAs('NOT_YOUR_MESSAGE'));
    }
    await expect(chatOf('bob').delete({ messageId })).rejects.toMatchObject(refusedAs('NOT_YOUR_MESSAGE'));
    await chatOf('ann').edit({ messageId, message: ' hello ' });
    await chatOf('mod', 'moderator').delete({ messageId });
    await chatOf('root', 'admin').delete({ messageId });
    await chatOf('ann').delete({ messageId });
    await expect(chatOf('ann').edit({ messageId, message: 'x' })).rejects.toMatchObject(refusedAs('MESSAGE_DELETED'));
    await expect(chatOf('ann').edit({ messageId: randomUUID(), message: 'x' })).rejects.toMatchObject(
      refusedAs('MESSAGE_NOT_FOUND'),
    );
    const { events } = await chatOf('ann').events({ after: start.position });
    expect(events.map(({ type }) => type)).toEqual(['message-deleted']);
  });

  test('without signing in there is no writing (A2)', async () => {
    const { chat } = api.caller(null);
    await expect(chat.send({ message: 'x' })).rejects.toMatchObject(refusedAs('UNAUTHORIZED'));
    await expect(chat.delete({ messageId: randomUUID() })).rejects.toMatchObject(refusedAs('UNAUTHORIZED'));
  });
});

test('services that close answer the writes under way and refuse later ones, and what was answered is there (S1, T5)', async () => {
  await using after = await createTestApi();
  const node = await createTestApi({ sharing: after });
  const { chat } = node.caller(person('ann'));
  await chat.send({ message: 'the first' });
  const writes = Array.from({ length: 50 }, (_, index) => chat.send({ message: `message ${index}` }));
  await writes[0];
  const results = Promise.allSettled(writes);
  await node.services.close();
  await expect(chat.send({ message: 'too late' })).rejects.toMatchObject({ cause: { code: 'TOO_BUSY' } });
  const answered = (await results).flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : []));
  const { messages } = await after.caller(person('ann')).chat.history({ limit: 100 });
  expect(messages.slice(1).map(({ id }) => id)).toEqual(answered);
  await node[Symbol.asyncDispose]();
});
