import { randomUUID } from 'node:crypto';
import type { ChatErrorCode } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { DomainError } from './errors/domain-error.ts';
import type { Identity } from './identity.ts';
import { createTestApi, person, type TestApi } from './testing/index.ts';

/*
 * A7: who may call what. A procedure that is not in this table fails the first test; whoever adds one says here what it
 * answers to each of the four.
 */

const roles = ['anonymous', 'stranger', 'author', 'moderator'] as const;
type RoleName = (typeof roles)[number];
type Outcome = 'ok' | ChatErrorCode;
type Caller = ReturnType<TestApi['caller']>;
/** `someone` is a user whom nobody minds to see banned. */
type World = { ownMessage: string; position: string; someone: string };

type Row = {
  call: (caller: Caller, world: World) => PromiseLike<unknown>;
  outcomes: Record<RoleName, Outcome>;
  /** What takes a room says of one that does not exist to whoever is signed in. */
  elsewhere?: (caller: Caller, world: World) => PromiseLike<unknown>;
};

const anyone = { anonymous: 'ok', stranger: 'ok', author: 'ok', moderator: 'ok' } as const;
const signedIn = { ...anyone, anonymous: 'UNAUTHORIZED' } as const;
const moderators = { anonymous: 'UNAUTHORIZED', stranger: 'FORBIDDEN', author: 'FORBIDDEN', moderator: 'ok' } as const;
const room = 'no-room';

const table: Record<string, Row> = {
  'auth.me': { call: (caller) => caller.auth.me(), outcomes: signedIn },
  'auth.guest': { call: (caller) => caller.auth.guest({ name: 'Gast' }), outcomes: anyone },
  'chat.history': {
    call: (caller) => caller.chat.history(),
    outcomes: signedIn,
    elsewhere: (caller) => caller.chat.history({ room }),
  },
  'chat.recent': {
    call: (caller) => caller.chat.recent(),
    outcomes: anyone,
    elsewhere: (caller) => caller.chat.recent({ room }),
  },
  'chat.events': {
    call: (caller, { position }) => caller.chat.events({ after: position }),
    outcomes: signedIn,
    elsewhere: (caller, { position }) => caller.chat.events({ room, after: position }),
  },
  'chat.userMessages': {
    call: (caller) => caller.chat.userMessages({ userId: randomUUID() }),
    outcomes: signedIn,
    elsewhere: (caller) => caller.chat.userMessages({ room, userId: randomUUID() }),
  },
  'chat.stats': {
    call: (caller) => caller.chat.stats(),
    outcomes: anyone,
    elsewhere: (caller) => caller.chat.stats({ room }),
  },
  'chat.rooms': { call: (caller) => caller.chat.rooms(), outcomes: signedIn },
  'chat.online': {
    call: (caller) => caller.chat.online(),
    outcomes: signedIn,
    elsewhere: (caller) => caller.chat.online({ room }),
  },
  'chat.send': {
    call: (caller) => caller.chat.send({ message: 'hello' }),
    outcomes: signedIn,
    elsewhere: (caller) => caller.chat.send({ room, message: 'hello' }),
  },
  'chat.edit': {
    call: (caller, { ownMessage }) => caller.chat.edit({ messageId: ownMessage, message: 'edited' }),
    outcomes: { anonymous: 'UNAUTHORIZED', stranger: 'NOT_YOUR_MESSAGE', author: 'ok', moderator: 'NOT_YOUR_MESSAGE' },
    elsewhere: (caller, { ownMessage }) => caller.chat.edit({ room, messageId: ownMessage, message: 'edited' }),
  },
  'chat.delete': {
    call: (caller, { ownMessage }) => caller.chat.delete({ messageId: ownMessage }),
    outcomes: { anonymous: 'UNAUTHORIZED', stranger: 'NOT_YOUR_MESSAGE', author: 'ok', moderator: 'ok' },
    elsewhere: (caller, { ownMessage }) => caller.chat.delete({ room, messageId: ownMessage }),
  },
  'chat.setTyping': {
    call: (caller) => caller.chat.setTyping({ isTyping: true }),
    outcomes: signedIn,
    elsewhere: (caller) => caller.chat.setTyping({ room, isTyping: true }),
  },
  'chat.ban': {
    call: (caller, { someone }) => caller.chat.ban({ userId: someone }),
    outcomes: moderators,
    elsewhere: (caller, { someone }) => caller.chat.ban({ room, userId: someone }),
  },
  'chat.unban': {
    call: (caller, { someone }) => caller.chat.unban({ userId: someone }),
    outcomes: moderators,
    elsewhere: (caller, { someone }) => caller.chat.unban({ room, userId: someone }),
  },
  'chat.bans': {
    call: (caller) => caller.chat.bans(),
    outcomes: moderators,
    elsewhere: (caller) => caller.chat.bans({ room }),
  },
  'chat.message': {
    call: async (caller) => firstOf(await caller.chat.message()),
    outcomes: signedIn,
    elsewhere: async (caller) => firstOf(await caller.chat.message({ room })),
  },
  'chat.typing': {
    // Whoever may listen hears nothing as long as nobody types.
    call: (caller) => caller.chat.typing(),
    outcomes: signedIn,
    elsewhere: async (caller) => firstOf(await caller.chat.typing({ room })),
  },
  'chat.presence': {
    call: async (caller) => firstOf(await caller.chat.presence()),
    outcomes: signedIn,
    elsewhere: async (caller) => firstOf(await caller.chat.presence({ room })),
  },
  'chat.hints': {
    call: async (caller) => firstOf(await caller.chat.hints()),
    outcomes: signedIn,
    elsewhere: async (caller) => firstOf(await caller.chat.hints({ room })),
  },
};

const people: Record<RoleName, Identity | null> = {
  anonymous: null,
  stranger: person('stranger'),
  author: person('author'),
  moderator: person('moderator', { role: 'moderator' }),
};

const guests = { issue: () => Promise.resolve({ token: 't', issuedAt: new Date(), expiresAt: new Date(9e12) }) };
const create = () => createTestApi({ guests });

async function firstOf(stream: AsyncIterable<unknown>): Promise<unknown> {
  for await (const value of stream) return value;
  return undefined;
}

async function outcomeOf(call: () => PromiseLike<unknown>): Promise<Outcome> {
  try {
    await call();
    return 'ok';
  } catch (error) {
    if (error instanceof Error && error.cause instanceof DomainError) return error.cause.code;
    throw error;
  }
}

test('every procedure of the router is in the table (A7)', async () => {
  await using api = await create();
  expect(Object.keys(table).toSorted()).toEqual(Object.keys(api.router._def.procedures).toSorted());
});

test('each of the four gets what the table says from every procedure (A2, A7, S4)', async () => {
  await using api = await create();
  const author = api.caller(people.author);
  const { id: someone } = await api.caller(person('someone')).auth.me();
  for (const [path, { call, outcomes }] of Object.entries(table)) {
    const answered: Partial<Record<RoleName, Outcome>> = {};
    for (const role of roles) {
      // Of its own for each call, for some of them change it.
      const { id } = await author.chat.send({ message: 'of the author' });
      const { position } = await author.chat.history();
      answered[role] = await outcomeOf(() => call(api.caller(people[role]), { ownMessage: id, position, someone }));
    }
    expect(answered, path).toEqual(outcomes);
  }
});

test('a room that does not exist is told of to those who may know, and to others they are strangers first (A7)', async () => {
  await using api = await create();
  const { id } = await api.caller(people.author).chat.send({ message: 'of the author' });
  const { position } = await api.caller(people.author).chat.history();
  const { id: someone } = await api.caller(person('someone')).auth.me();
  const world = { ownMessage: id, position, someone };
  for (const [path, { elsewhere, outcomes }] of Object.entries(table)) {
    if (!elsewhere) continue;
    const expected = outcomes.anonymous === 'ok' ? 'ROOM_NOT_FOUND' : 'UNAUTHORIZED';
    expect(await outcomeOf(() => elsewhere(api.caller(null), world)), path).toBe(expected);
    for (const role of ['stranger', 'author', 'moderator'] as const) {
      const isAllowed = outcomes[role] !== 'FORBIDDEN';
      expect(await outcomeOf(() => elsewhere(api.caller(people[role]), world)), `${path} as ${role}`).toBe(
        isAllowed ? 'ROOM_NOT_FOUND' : 'FORBIDDEN',
      );
    }
  }
});

test('a message of another room is answered like one that does not exist, also to its author and a moderator (A7)', async () => {
  await using api = await create();
  const { id } = await api.caller(people.author).chat.send({ room: 'side-room', message: 'elsewhere' });
  for (const messageId of [id, randomUUID()]) {
    for (const role of ['author', 'moderator'] as const) {
      const { chat } = api.caller(people[role]);
      for (const call of [
        () => chat.edit({ messageId, message: 'x' }),
        () => chat.delete({ messageId }),
        () => chat.history({ around: messageId }),
      ]) {
        expect(await outcomeOf(call)).toBe('MESSAGE_NOT_FOUND');
      }
    }
  }
});

test('an admin can all that a moderator can, and a role that nobody knows can nothing more than a member (A9)', async () => {
  await using api = await create();
  const send = async () => (await api.caller(people.author).chat.send({ message: 'x' })).id;
  const admin = api.caller(person('root', { role: 'admin' }));
  expect(await admin.chat.delete({ messageId: await send() })).toMatchObject({ isDeleted: true });
  const invented = { ...person('someone'), role: 'owner' as 'admin' };
  const messageId = await send();
  expect(await outcomeOf(() => api.caller(invented).chat.delete({ messageId }))).toBe('NOT_YOUR_MESSAGE');
});
