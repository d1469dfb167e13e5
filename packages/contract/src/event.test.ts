import { expect, test } from 'vitest';
import { z } from 'zod';
import { logEventSchema, presenceEventSchema, typingEventSchema } from './event.ts';
import { messageSchema } from './message.ts';
import {
  eventsPageSchema,
  historyPageSchema,
  meSchema,
  onlineSchema,
  recentPageSchema,
  roomListSchema,
  statsSchema,
  userMessagesPageSchema,
} from './procedure-outputs.ts';
import { userSchema } from './user.ts';

const keys = (schema: z.ZodObject) => Object.keys(schema.shape).toSorted();

test('a user has exactly these keys: no e-mail address, no role (A7)', () => {
  expect(keys(userSchema)).toEqual(['id', 'isGuest', 'name', 'username']);
  expect(keys(meSchema)).toEqual(['id', 'isGuest', 'name', 'role', 'username']);
});

test('a message has exactly these keys (A7)', () => {
  expect(keys(messageSchema)).toEqual(
    [
      'id',
      'room',
      'userId',
      'message',
      'seq',
      'version',
      'editedAt',
      'isDeleted',
      'createdAt',
      'updatedAt',
      'clientMessageId',
      'user',
    ].toSorted(),
  );
});

const user = { id: '018f4e5c-7b1a-7c3d-9e2f-0a1b2c3d4e5f', username: 'ada', name: 'Ada', isGuest: false };
const message = {
  id: user.id,
  room: 'main-chat',
  userId: user.id,
  message: 'hi',
  seq: 1,
  version: 1,
  editedAt: null,
  isDeleted: false,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  clientMessageId: null,
  user,
};

test('the log knows five types of event (R1)', () => {
  for (const type of ['message-received', 'message-edited', 'message-deleted']) {
    expect(logEventSchema.parse({ type, position: 'x', message })).toEqual({ type, position: 'x', message });
  }
  for (const type of ['member-banned', 'member-unbanned']) {
    expect(logEventSchema.parse({ type, position: 'x', userId: user.id, reason: 'secret' })).toEqual({
      type,
      position: 'x',
      userId: user.id,
    });
  }
  for (const type of ['ready', 'reset', 'user-typing', '']) {
    expect(logEventSchema.safeParse({ type, position: 'x', message, userId: user.id }).success).toBe(false);
  }
});

test('hints carry who they are about and, of presence, a version (P3)', () => {
  const version = { source: 'node', n: 1 };
  expect(typingEventSchema.safeParse({ type: 'user-typing', room: 'main-chat', user, isTyping: true }).success).toBe(
    true,
  );
  expect(presenceEventSchema.safeParse({ type: 'presence-state', count: 1, users: [user], version }).success).toBe(
    true,
  );
  expect(presenceEventSchema.safeParse({ type: 'user-joined', count: 1, user, version }).success).toBe(true);
  expect(presenceEventSchema.safeParse({ type: 'user-left', count: 0, user }).success).toBe(false);
});

test('every output can be described as JSON schema, with times as they stand in REST', () => {
  const outputs = {
    eventsPageSchema,
    historyPageSchema,
    onlineSchema,
    recentPageSchema,
    roomListSchema,
    statsSchema,
    userMessagesPageSchema,
  };
  for (const [name, schema] of Object.entries(outputs)) {
    const described = z.toJSONSchema(schema, {
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
      },
    });
    expect(JSON.stringify(described), name).not.toContain('{}');
  }
});
