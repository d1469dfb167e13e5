import { eventsPageSchema, historyPageSchema, recentPageSchema, userMessagesPageSchema } from '@folkmoot/contract';
import { isTrackedEnvelope } from '@trpc/server';
import { expect, test, vi } from 'vitest';
import type { Identity } from './identity.ts';
import { createTestApi, person, readStream } from './testing/index.ts';

const userKeys = ['id', 'isGuest', 'name', 'username'];
const messageKeys = [
  'clientMessageId',
  'createdAt',
  'editedAt',
  'id',
  'isDeleted',
  'message',
  'room',
  'seq',
  'updatedAt',
  'user',
  'userId',
  'version',
];
const email = 'ann@example.com';

const until = (condition: () => void) => vi.waitFor(condition, { timeout: 10_000, interval: 5 });

/** An identity as a careless host gives it: with more than was asked for. */
function careless(name: string): Identity {
  const withMore = { ...person(name), email, password: 'hunter2', user: { email } };
  return withMore;
}

/** The key lists of every object in a value, by what the object is. */
function keyLists(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) keyLists(item, found);
  else if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    found.add(Object.keys(value).toSorted().join(' '));
    for (const child of Object.values(value)) keyLists(child, found);
  }
  return found;
}

test('users, messages and events have exactly their keys, and nowhere is an e-mail address (A7)', async () => {
  await using api = await createTestApi();
  const open = <Value>(pick: (chat: ReturnType<typeof api.caller>['chat']) => PromiseLike<AsyncIterable<Value>>) =>
    readStream((signal) => pick(api.router.createCaller({ identity: careless('bob') }, { signal }).chat));
  // First those who see others come.
  const hints = [open((chat) => chat.hints()), open((chat) => chat.presence())];
  await until(() => expect(hints.map(({ values }) => values.length)).toEqual([1, 1]));
  const typing = open((chat) => chat.typing());
  const messages = open((chat) => chat.message());
  await until(() => expect([messages, ...hints].map(({ values }) => values.length)).toEqual([1, 2, 2]));

  const ann = api.caller(careless('ann'));
  const { position } = await ann.chat.history();
  const me = await ann.auth.me();
  await ann.chat.setTyping({ isTyping: true });
  // Of someone who is in no table yet, what the credential says is shown.
  await api.caller(careless('carl')).chat.setTyping({ isTyping: true });
  const sent = await ann.chat.send({ message: 'one' });
  const edited = await ann.chat.edit({ messageId: sent.id, message: 'two' });
  const deleted = await ann.chat.delete({ messageId: sent.id });
  const answers = {
    messages: [sent, edited, deleted],
    history: await ann.chat.history(),
    numbered: await ann.chat.history({ page: 1 }),
    recent: await api.caller(null).chat.recent(),
    ofUser: await ann.chat.userMessages({ userId: sent.userId }),
    events: await ann.chat.events({ after: position }),
    online: await ann.chat.online(),
    rooms: await ann.chat.rooms(),
    stats: await ann.chat.stats({ days: 1 }),
  };
  await until(() => {
    expect(messages.values).toHaveLength(4);
    expect(typing.values.length).toBeGreaterThan(1);
  });
  for (const stream of [messages, typing, ...hints]) await stream.close();
  const messageEvents = messages.values.map((value: unknown) => (isTrackedEnvelope(value) ? value[1] : value));
  const hintEvents = [typing, ...hints].map(({ values }) => values);

  expect(Object.keys(me).toSorted()).toEqual([...userKeys, 'role'].toSorted());
  for (const message of answers.messages) expect(Object.keys(message).toSorted()).toEqual(messageKeys);
  const page = ['messages', 'nextCursor', 'position', 'previousCursor'];
  expect(Object.keys(answers.history).toSorted()).toEqual(page);
  expect(Object.keys(answers.numbered).toSorted()).toEqual([...page, 'pageCount', 'total'].toSorted());
  expect(Object.keys(answers.recent).toSorted()).toEqual(['messages', 'position']);
  expect(Object.keys(answers.ofUser).toSorted()).toEqual(['messages', 'nextCursor']);
  expect(Object.keys(answers.events).toSorted()).toEqual(['events', 'position', 'reset']);
  expect(keyLists(answers.online)).toEqual(new Set(['count users', userKeys.join(' ')]));
  expect(keyLists(answers.rooms)).toEqual(new Set(['position room']));

  // No schema of the router's sees to these, so none may be other than the contract says.
  for (const [schema, answer] of [
    [historyPageSchema, answers.history],
    [historyPageSchema, answers.numbered],
    [recentPageSchema, answers.recent],
    [userMessagesPageSchema, answers.ofUser],
    [eventsPageSchema, answers.events],
  ] as const) {
    expect(schema.parse(answer)).toStrictEqual(answer);
  }

  const messageEvent = ['message position type', messageKeys.join(' '), userKeys.join(' ')];
  expect(keyLists(answers.events.events)).toEqual(new Set(messageEvent));
  expect(keyLists(messageEvents)).toEqual(new Set(['position type', ...messageEvent]));
  expect(keyLists(hintEvents)).toEqual(
    new Set([
      'count type users version',
      'count type user version',
      'n source',
      'isTyping room type user',
      userKeys.join(' '),
    ]),
  );
  const everything = JSON.stringify([me, answers, messageEvents, hintEvents]);
  expect(everything).not.toContain('@');
  expect(everything).not.toContain('hunter2');
});
