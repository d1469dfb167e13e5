import { messageSchema } from '@folkmoot/contract';
import fc from 'fast-check';
import superjson from 'superjson';
import { expect, test, vi } from 'vitest';
import { serializeOutput } from './serialize-output.ts';

/** What comes out on the wire, or why nothing does: superjson refuses some keys. */
function outcomeOf(serialize: () => unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(serialize()));
  } catch (error) {
    return String(error);
  }
}

function expectSame(value: unknown): void {
  expect(outcomeOf(() => serializeOutput(value))).toEqual(outcomeOf(() => superjson.serialize(value)));
}

const text = fc.string({ unit: 'grapheme' });
const date = fc.date({ noInvalidDate: true });
const userFields = { id: fc.uuid(), username: text, name: text, isGuest: fc.boolean() };
const user = fc.record(userFields);
const message = fc.record({
  id: fc.uuid(),
  room: fc.constant('main-chat'),
  userId: fc.uuid(),
  message: text,
  seq: fc.nat(),
  version: fc.nat(),
  editedAt: fc.option(date),
  isDeleted: fc.boolean(),
  createdAt: date,
  updatedAt: date,
  clientMessageId: fc.option(fc.uuid()),
  user,
});
const position = fc.stringMatching(/^[0-9a-f]{12}\.\d{1,9}$/);
const cursor = fc.option(text);
const version = fc.record({ source: fc.uuid(), n: fc.nat() });
const event = fc.oneof(
  fc.record({ type: fc.constantFrom('message-received', 'message-edited', 'message-deleted'), position, message }),
  fc.record({ type: fc.constantFrom('ready', 'reset'), position }),
  fc.record({ type: fc.constantFrom('member-banned', 'member-unbanned'), position, userId: fc.uuid() }),
);
const numbers = { total: fc.nat(), pageCount: fc.nat() };

const answers = {
  'auth.me': fc.record({ ...userFields, role: fc.constant('member') }),
  'auth.guest': fc.record({ token: text, user }),
  'chat.history': fc.record(
    { messages: fc.array(message), nextCursor: cursor, previousCursor: cursor, position, ...numbers },
    { requiredKeys: ['messages', 'nextCursor', 'previousCursor', 'position'] },
  ),
  'chat.events': fc.record({ events: fc.array(event), position, reset: fc.boolean() }),
  'chat.userMessages': fc.record({ messages: fc.array(message), nextCursor: cursor }),
  'chat.stats': fc.record({
    totalMessages: fc.nat(),
    totalUsers: fc.nat(),
    daily: fc.array(fc.record({ day: text, messages: fc.nat(), users: fc.nat() })),
    hourly: fc.array(fc.nat()),
  }),
  'chat.rooms': fc.array(fc.record({ room: text, position })),
  'chat.online': fc.record({ count: fc.nat(), users: fc.array(user) }),
  'a message': message,
  'an event': event,
  'a tracked event': fc.record({ type: fc.constant('data'), id: position, data: event }),
  'a hint': fc.oneof(
    fc.record({ type: fc.constant('user-typing'), room: text, user, isTyping: fc.boolean() }),
    fc.record({ type: fc.constant('presence-state'), count: fc.nat(), users: fc.array(user), version }),
    fc.record({ type: fc.constantFrom('user-joined', 'user-left'), user, count: fc.nat(), version }),
  ),
  'an error': fc.record({ message: text, code: fc.integer(), data: fc.dictionary(text, fc.jsonValue()) }),
} satisfies Record<string, fc.Arbitrary<unknown>>;

test.for(Object.entries(answers))('%s is on the wire as superjson puts it (T1)', ([, answer]) => {
  fc.assert(fc.property<[unknown]>(answer, expectSame));
});

test('a message of the contract needs nothing of superjson', () => {
  const serialize = vi.spyOn(superjson, 'serialize');
  fc.assert(
    fc.property(message, (value) => {
      expect(messageSchema.safeParse({ ...value, id: value.userId }).success).toBe(true);
      serializeOutput({ messages: [value] });
    }),
  );
  expect(serialize).not.toHaveBeenCalled();
  serialize.mockRestore();
});

const shared = { at: new Date(5) };
const round: { self?: unknown } = {};
round.self = round;
class Point {
  x = new Date(6);
}

test.for([
  ['a Date alone', new Date(1)],
  ['a text alone', 'text'],
  ['null alone', null],
  ['a list of Dates', [new Date(1), null, new Date(2)]],
  ['an empty object', {}],
  ['nothing', undefined],
  ['nothing within', { a: undefined, b: [undefined] }],
  ['a Date that is none', { at: new Date(Number.NaN) }],
  ['numbers that JSON has not', [Number.NaN, Infinity, -0]],
  ['sets, maps, bigints, errors', { a: new Set([1]), b: new Map([['x', new Date(1)]]), c: 1n, d: new Error('no') }],
  ['one object in two places', { a: shared, b: shared }],
  ['one Date in two places', { a: shared.at, b: [shared.at] }],
  ['an object within itself', round],
  ['a list with a hole', Array.from({ length: 2 }).concat(Array(2))],
  ['a list with a key', Object.assign([1], { key: new Date(1) })],
  ['an object of a class', { point: new Point() }],
  ['an object without prototype', Object.assign(Object.create(null), { at: new Date(1) })],
  ['a function', { a: () => 1, at: new Date(1) }],
  ['a symbol', { a: Symbol('x'), at: new Date(1) }],
  [
    'keys that need escapes',
    { 'a.b': new Date(4), 'c\\.d': { '': new Date(3), '$&': new Date(2), 'e.\\f': [new Date(1)] } },
  ],
] as const)('%s is on the wire as superjson puts it (T1)', ([, value]) => {
  expectSame(value);
  expectSame({ within: [value] });
});

test('whatever there is, is on the wire as superjson puts it (T1)', () => {
  const anything = fc.anything({
    withDate: true,
    withMap: true,
    withSet: true,
    withBigInt: true,
    withSparseArray: true,
    withNullPrototype: true,
  });
  fc.assert(fc.property(anything, expectSame), { numRuns: 1000 });
});
