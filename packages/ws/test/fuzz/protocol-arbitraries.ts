import fc from 'fast-check';

/** What a client of a fuzzing session does next. */
export type Action =
  | { do: 'text'; text: string }
  | { do: 'binary'; bytes: Uint8Array }
  | { do: 'raw'; bytes: Uint8Array }
  | { do: 'storm'; text: string; count: number }
  | { do: 'controlPing'; bytes: Uint8Array }
  | { do: 'close'; code: number }
  | { do: 'pause' }
  | { do: 'resume' }
  | { do: 'turn' }
  | { do: 'kill' };

export type Session = { suffix: string; actions: Action[] };

const paths = ['echo', 'fail', 'huge', 'hang', 'long', 'pushed', 'generated', 'observed', 'breaking', 'neverEnding'];

const oddText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'then',
    '',
    '.',
    'a.b.c',
    '\0',
    'echo.call',
    'x'.repeat(5_000),
  ),
);
/** Few of them, so that they meet again: in duplicates, in stops, in both a query and a stream. */
const commonId = fc.oneof(fc.integer({ min: 0, max: 8 }), fc.constantFrom('a', 'b', '1', ''));
const oddId = fc.oneof(
  fc.constantFrom(null, true, {}, [], -0, 1e308, 'x'.repeat(65), 'x'.repeat(100_000)),
  fc.double(),
  oddText,
);
const id = fc.oneof({ weight: 6, arbitrary: commonId }, { weight: 1, arbitrary: oddId });
const method = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('query', 'mutation', 'subscription', 'subscription', 'subscription.stop') },
  { weight: 1, arbitrary: fc.oneof(oddText, fc.constantFrom('connectionParams', 'reconnect', 1, null)) },
);
const path = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...paths) }, { weight: 1, arbitrary: oddText });
const input = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constant({ json: { __proto__: null }, meta: { values: 5 } }),
  fc.nat(300_000),
);
const params = fc.oneof(
  { weight: 9, arbitrary: fc.record({ path, input, lastEventId: oddText }, { requiredKeys: ['path'] }) },
  { weight: 1, arbitrary: fc.oneof(fc.jsonValue(), fc.constant(undefined)) },
);
const message = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record(
      { id, method, params, jsonrpc: fc.constantFrom('2.0', '2.0', '1.0', 2) },
      { requiredKeys: ['id', 'method', 'params'] },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.record({ method: fc.constant('connectionParams'), data: fc.jsonValue() }) },
);
const frame = fc.oneof(
  { weight: 6, arbitrary: message.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.array(message, { maxLength: 40 }).map((value) => JSON.stringify(value)) },
  // More than a frame may hold.
  { weight: 1, arbitrary: message.map((value) => JSON.stringify(Array.from({ length: 150 }, () => value))) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('['.repeat(20_000), `{"id":1e999,"method":"query"}`, '"', '', ' PING', 'PONG\n'),
  },
);
/** A valid frame with a piece taken out, doubled or replaced. */
const broken = fc.tuple(frame, fc.nat(), fc.nat(30), fc.string({ maxLength: 4 })).map(([text, at, length, instead]) => {
  const from = text.length === 0 ? 0 : at % text.length;
  return text.slice(0, from) + instead + text.slice(from + length);
});

const rawFrame = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 64 }),
  // A head of any kind: reserved bits, unknown opcodes, no mask, lengths that are not kept.
  fc
    .tuple(fc.nat(255), fc.nat(255), fc.uint8Array({ maxLength: 20 }))
    .map(([a, b, rest]) => Uint8Array.from([a, b, ...rest])),
  fc.constantFrom(
    Uint8Array.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    Uint8Array.from([0x01, 0x81, 1, 2, 3, 4, 5]),
    Uint8Array.from([0x88, 0x81, 1, 2, 3, 4, 5]),
    Uint8Array.from([0x81, 0x81, 0, 0, 0, 0, 0xff]),
  ),
);

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ do: fc.constant('text' as const), text: frame }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('text' as const), text: broken }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('binary' as const), bytes: fc.uint8Array() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('raw' as const), bytes: rawFrame }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('storm' as const),
      text: fc.constantFrom('PING', 'PONG', '{"id":1,"method":"subscription.stop"}'),
      count: fc.integer({ min: 1, max: 500 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('controlPing' as const), bytes: fc.uint8Array({ maxLength: 125 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('close' as const), code: fc.constantFrom(1000, 1001, 3000, 4999) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pause' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('resume' as const) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
);

export const session: fc.Arbitrary<Session> = fc.record({
  suffix: fc.constantFrom('', '', '?connectionParams=1', '?connectionParams=1', '?connectionParams=2&x=%', '?%ff'),
  actions: fc.array(action, { minLength: 1, maxLength: 40 }),
});
