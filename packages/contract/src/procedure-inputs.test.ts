import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { limits } from './limits.ts';
import {
  deleteInputSchema,
  editInputSchema,
  eventsInputSchema,
  guestInputSchema,
  historyInputSchema,
  messageStreamInputSchema,
  recentInputSchema,
  roomInputSchema,
  sendInputSchema,
  setTypingInputSchema,
  statsInputSchema,
  userMessagesInputSchema,
} from './procedure-inputs.ts';
import { toUserId } from './user-id.ts';

const id = '018F4E5C-7B1A-7C3D-9E2F-0A1B2C3D4E5F';
const accepts = (schema: z.ZodType, input: unknown) => schema.safeParse(input).success;

/** Each input with the least that it needs. */
const least: [string, z.ZodType, Record<string, unknown>][] = [
  ['chat.rooms and others by room', roomInputSchema, {}],
  ['auth.guest', guestInputSchema, { name: 'Ada' }],
  ['chat.history', historyInputSchema, {}],
  ['chat.recent', recentInputSchema, {}],
  ['chat.events', eventsInputSchema, { after: 'x' }],
  ['chat.userMessages', userMessagesInputSchema, { userId: id }],
  ['chat.stats', statsInputSchema, {}],
  ['chat.send', sendInputSchema, { message: 'hi' }],
  ['chat.edit', editInputSchema, { messageId: id, message: 'hi' }],
  ['chat.delete', deleteInputSchema, { messageId: id }],
  ['chat.setTyping', setTypingInputSchema, { isTyping: true }],
  ['chat.message', messageStreamInputSchema, {}],
];

describe.for(least)('%s', ([, schema, input]) => {
  test('takes null for everything optional, as infinite queries send it', () => {
    const keys = ['room', 'limit', 'cursor', 'direction', 'page', 'around', 'days', 'clientMessageId', 'lastEventId'];
    const nulls = Object.fromEntries(keys.map((key) => [key, null]));
    const bare = schema.parse(input);
    expect(schema.parse({ ...nulls, ...input })).toMatchObject(z.record(z.string(), z.unknown()).parse(bare));
  });

  test('fills in the defaults', () => {
    if (schema === guestInputSchema) return;
    expect(schema.parse(input)).toMatchObject({ room: 'main-chat' });
  });

  test('drops keys that it does not know, also those that could reach a prototype (A8)', () => {
    const hostile: unknown = JSON.parse(
      `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"extra":1}`,
    );
    const parsed = schema.parse(Object.defineProperties({ ...input }, Object.getOwnPropertyDescriptors(hostile)));
    expect(parsed).toEqual(schema.parse(input));
    expect(parsed).not.toHaveProperty('polluted');
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect({}).not.toHaveProperty('polluted');
  });

  test('refuses what is no object, without throwing anything but a refusal (A8)', () => {
    for (const wrong of ['text', 7, true, [], [input], Number.NaN]) {
      expect(accepts(schema, wrong), JSON.stringify(wrong)).toBe(false);
    }
  });

  test('survives any JSON (A8)', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(() => schema.safeParse(json)).not.toThrow();
      }),
    );
  });

  test('can be described as JSON schema, for OpenAPI', () => {
    expect(() => JSON.stringify(z.toJSONSchema(schema, { io: 'input' }))).not.toThrow();
  });
});

test('what takes a room only may be called without an input', () => {
  const schemas = [roomInputSchema, recentInputSchema, statsInputSchema, messageStreamInputSchema];
  for (const schema of [historyInputSchema, ...schemas]) {
    expect(schema.parse(undefined)).toMatchObject(schema.parse({}));
  }
  for (const schema of schemas) expect(schema.parse(null)).toMatchObject(schema.parse({}));
});

describe('room', () => {
  test.for(['main-chat', 'a', '7', 'a-1-b', 'a'.repeat(limits.roomSlugLength)])('%s is one', (room) => {
    expect(roomInputSchema.parse({ room })).toEqual({ room });
  });
  test.for([
    '',
    'Main',
    'a--b',
    '-a',
    'a-',
    'a b',
    'ä',
    'a\n',
    '../a',
    "a'; --",
    'a'.repeat(limits.roomSlugLength + 1),
  ])('%j is none', (room) => {
    expect(accepts(roomInputSchema, { room })).toBe(false);
  });
});

describe('limit and days', () => {
  test.for([1, 50, limits.maxPageSize])('limit %d is taken', (limit) => {
    expect(recentInputSchema.parse({ limit }).limit).toBe(limit);
  });
  test.for([0, -1, limits.maxPageSize + 1, 1.5, Number.NaN, Infinity, '5', 1n, {}])('limit %s is refused', (limit) => {
    expect(accepts(recentInputSchema, { limit })).toBe(false);
    expect(accepts(historyInputSchema, { limit })).toBe(false);
    expect(accepts(eventsInputSchema, { after: '', limit })).toBe(false);
  });
  test('days are 1 to 365, 30 by default', () => {
    expect(statsInputSchema.parse({}).days).toBe(30);
    for (const days of [1, 365]) expect(statsInputSchema.parse({ days }).days).toBe(days);
    for (const days of [0, 366, 1.5, '30']) expect(accepts(statsInputSchema, { days })).toBe(false);
  });
});

describe('chat.history', () => {
  test('takes what infinite queries of TanStack send', () => {
    const first = historyInputSchema.parse({ room: 'main-chat', limit: 20, cursor: null, direction: 'forward' });
    expect(first).toMatchObject({ room: 'main-chat', limit: 20 });
    expect(accepts(historyInputSchema, { cursor: 'x', direction: 'backward' })).toBe(true);
    expect(accepts(historyInputSchema, { direction: 'sideways' })).toBe(false);
  });

  test('takes at most one of cursor, page and around', () => {
    const places = { cursor: 'x', page: 1, around: id };
    for (const [key, value] of Object.entries(places)) {
      expect(accepts(historyInputSchema, { [key]: value })).toBe(true);
      for (const other of Object.keys(places).filter((name) => name !== key)) {
        const both = { [key]: value, [other]: places[other as keyof typeof places] };
        expect(accepts(historyInputSchema, both), JSON.stringify(both)).toBe(false);
      }
    }
    expect(accepts(historyInputSchema, { cursor: '', page: 1 }), 'an empty cursor is a cursor').toBe(false);
    expect(accepts(historyInputSchema, { cursor: null, page: 1, around: null })).toBe(true);
  });

  test('pages end at ten thousand messages, whatever the limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 20_000 }), (limit, page) => {
        expect(accepts(historyInputSchema, { limit, page })).toBe(page * limit <= limits.maxNumberedMessages);
      }),
    );
    expect(accepts(historyInputSchema, { page: 200 })).toBe(true);
    expect(accepts(historyInputSchema, { page: 201 })).toBe(false);
    for (const page of [0, -1, 1.5, '1', Number.MAX_SAFE_INTEGER, 2 ** 53]) {
      expect(accepts(historyInputSchema, { page })).toBe(false);
    }
  });
});

test('a position or cursor has at most 200 characters (R6)', () => {
  const long = 'x'.repeat(limits.positionLength);
  for (const [schema, key] of [
    [eventsInputSchema, 'after'],
    [messageStreamInputSchema, 'lastEventId'],
    [historyInputSchema, 'cursor'],
  ] as const) {
    expect(accepts(schema, { [key]: long })).toBe(true);
    expect(accepts(schema, { [key]: `${long}x` })).toBe(false);
  }
});

test('ids are taken in any case and compared in lower case, so a repeat is recognised (S2)', () => {
  const lower = id.toLowerCase();
  expect(sendInputSchema.parse({ message: 'x', clientMessageId: id }).clientMessageId).toBe(lower);
  expect(editInputSchema.parse({ message: 'x', messageId: id }).messageId).toBe(lower);
  expect(deleteInputSchema.parse({ messageId: id }).messageId).toBe(lower);
  expect(historyInputSchema.parse({ around: id })).toMatchObject({ around: lower });
  expect(userMessagesInputSchema.parse({ userId: id }).userId).toBe(lower);
});

test('every id that toUserId makes is a userId', () => {
  for (const sub of ['42', '11111111-2222-0333-0444-555555555555']) {
    expect(accepts(userMessagesInputSchema, { userId: toUserId('host', sub) }), sub).toBe(true);
  }
});

test('the length of a text is not refused here: it has error codes of its own (S3)', () => {
  for (const message of ['', 'x'.repeat(limits.messageCodePoints + 1), '\0']) {
    expect(accepts(sendInputSchema, { message })).toBe(true);
  }
});
