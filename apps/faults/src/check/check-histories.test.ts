import { expect, test } from 'vitest';
import { checkHistories, type HistoryRule, historyRules } from './check-histories.ts';
import type { ClientHistory, SeenMessage, StreamItem, Truth, WriteRecord } from './client-history.ts';

const epoch = 'aaaaaaaaaaaa';
const at = (seq: number, of = epoch) => `${of}.${seq}`;

function message(seq: number, more: Partial<SeenMessage> = {}): SeenMessage {
  return {
    id: `message-${seq}`,
    seq,
    version: seq,
    userId: 'anna',
    clientMessageId: `client-${seq}`,
    text: `text ${seq}`,
    isDeleted: false,
    createdAtMs: 1_000 + seq,
    ...more,
  };
}

function sent(of: SeenMessage, more: Partial<WriteRecord> = {}): WriteRecord {
  return {
    kind: 'send',
    clientMessageId: of.clientMessageId ?? '',
    text: of.text,
    startedAtMs: 2_000 + of.seq,
    failedTries: [],
    answer: { atMs: 2_001 + of.seq, message: of },
    ...more,
  };
}

const received = (of: SeenMessage, type = 'message-received', seq = of.version): StreamItem => {
  return { kind: 'event', atMs: 3_000, position: at(seq), type, message: of };
};
const page = (seq: number, messages: SeenMessage[]): StreamItem => {
  return { kind: 'page', atMs: 3_000, position: at(seq), messages, isWhole: true };
};

function history(name: string, more: Partial<ClientHistory> = {}): ClientHistory {
  return {
    name,
    userId: name,
    way: 'websocket',
    writes: [],
    stream: [],
    outages: [],
    openedAtMs: [],
    closes: [],
    complaints: [],
    isConnectedAtEnd: true,
    ...more,
  };
}

type World = { anna: ClientHistory; ben: ClientHistory; truth: Truth; rewinds: { fromMs: number; toMs: number }[] };

/** Anna sends two messages and edits the first; Ben reads from the start. All is well. */
function soundWorld(): World {
  const [first, second] = [message(1), message(2)];
  const edited = { ...first, text: 'edited', version: 3 };
  const stream: StreamItem[] = [
    page(0, []),
    { kind: 'subscribed', atMs: 1, position: at(0) },
    received(first),
    received(second),
    received(edited, 'message-edited'),
  ];
  const writes = [
    sent(first),
    sent(second),
    sent(edited, { kind: 'edit', startedAtMs: 2_010, answer: { atMs: 2_011, message: edited } }),
  ];
  return {
    anna: history('anna', { writes, stream: [...stream] }),
    ben: history('ben', { stream: [...stream] }),
    truth: {
      position: at(3),
      messages: [edited, second],
      events: [
        { position: at(1), type: 'message-received', messageId: first.id },
        { position: at(2), type: 'message-received', messageId: second.id },
        { position: at(3), type: 'message-edited', messageId: first.id },
      ],
    },
    rewinds: [],
  };
}

function rulesBroken(change: (world: World) => void): HistoryRule[] {
  const world = soundWorld();
  change(world);
  const { anna, ben, truth, rewinds } = world;
  return [...new Set(checkHistories({ histories: [anna, ben], truth, rewinds }).map(({ rule }) => rule))];
}

test('a run in which all is well breaks no rule', () => {
  expect(rulesBroken(() => {})).toEqual([]);
});

const planted: [HistoryRule, string, (world: World) => void][] = [
  ['acknowledged and stored', 'a message that was lost', ({ truth }) => truth.messages.pop()],
  ['acknowledged and stored', 'an edit that was lost', ({ truth }) => truth.messages.splice(0, 1, message(1))],
  [
    'acknowledged and stored',
    'an acknowledgement of another message',
    ({ anna }) => anna.writes.splice(1, 1, sent(message(1), { clientMessageId: 'client-2' })),
  ],
  ['acknowledged and received', 'a client that stopped short', ({ ben }) => ben.stream.pop()],
  [
    'acknowledged and received',
    'a message that never came',
    ({ ben }) => ben.stream.splice(3, 1, { kind: 'event', atMs: 1, position: at(2), type: 'message-received' }),
  ],
  [
    'once or never',
    'a send that is stored twice',
    ({ truth }) => truth.messages.push(message(4, { clientMessageId: 'client-2' })),
  ],
  ['once or never', 'a message that nobody sent', ({ truth }) => truth.messages.push(message(4))],
  ['no event twice', 'an event that came again', ({ ben }) => ben.stream.push(...ben.stream.slice(-1))],
  ['no hole', 'an event that was left out', ({ ben }) => ben.stream.splice(2, 1)],
  ['no hole', 'an event that came too early', ({ ben }) => ben.stream.splice(2, 0, ...ben.stream.splice(3, 1))],
  [
    'no hole',
    'a leap to another log without a reset',
    ({ ben }) => ben.stream.push({ ...received(message(9)), position: at(4, 'bbbbbbbbbbbb') }),
  ],
  [
    'all agree',
    'two events at one position',
    ({ ben }) => ben.stream.splice(3, 1, received(message(2, { id: 'message-other' }))),
  ],
  [
    'all agree',
    'two texts of one version',
    ({ ben }) => ben.stream.splice(3, 1, received(message(2, { text: 'other' }))),
  ],
  [
    'order of each author',
    'a later send that stands earlier',
    ({ anna }) => anna.writes.splice(0, 2, ...anna.writes.slice(0, 2).toReversed()),
  ],
  [
    'fold equals a fresh read',
    'a message that was changed without an event',
    ({ truth }) => truth.messages.splice(1, 1, message(2, { text: 'changed', version: 3 })),
  ],
  ['fold equals a fresh read', 'a client that never read the room', ({ ben }) => ben.stream.shift()],
  [
    'times do not fall',
    'a message that is older than the one before',
    ({ truth }) => truth.messages.splice(1, 1, message(2, { createdAtMs: 1 })),
  ],
  ['streams go on', 'a stream that ended', ({ ben }) => ben.complaints.push('the stream ended')],
  [
    'failures can be repeated',
    'a send that was refused for good',
    ({ anna }) =>
      anna.writes.push({
        kind: 'send',
        clientMessageId: 'x',
        text: '',
        startedAtMs: 1,
        failedTries: [],
        refusal: 'BANNED',
      }),
  ],
  [
    'failures can be repeated',
    'a failure that names nothing',
    ({ anna }) => anna.writes.splice(1, 1, sent(message(2), { failedTries: ['connection', 'INTERNAL'] })),
  ],
];

test.each(planted)('%s: %s', (rule, _what, change) => {
  expect(rulesBroken(change)).toContain(rule);
});

test('every rule is seen to fail', () => {
  expect(new Set(planted.map(([rule]) => rule))).toEqual(new Set(historyRules));
});

test('what was not acknowledged may be there or not', () => {
  const unknown = message(4, { clientMessageId: 'unknown' });
  const { answer: _none, ...write } = sent(unknown);
  expect(rulesBroken(({ anna }) => anna.writes.push(write))).toEqual([]);
  expect(
    rulesBroken(({ anna, ben, truth }) => {
      anna.writes.push(write);
      for (const { stream } of [anna, ben]) stream.push(received(unknown));
      truth.messages.push(unknown);
      truth.events.push({ position: at(4), type: 'message-received', messageId: unknown.id });
      truth.position = at(4);
    }),
  ).toEqual([]);
});

test('a client that was expelled is refused and its stream ends', () => {
  const broken = rulesBroken(({ ben }) => {
    ben.isExpelled = true;
    ben.isConnectedAtEnd = false;
    ben.complaints.push('the stream failed: BANNED');
    ben.writes.push({
      kind: 'send',
      clientMessageId: 'x',
      text: '',
      startedAtMs: 1,
      failedTries: [],
      refusal: 'BANNED',
    });
  });
  expect(broken).toEqual([]);
});

test('a client that has left need not have all', () => {
  expect(
    rulesBroken(({ ben }) => {
      ben.stream.pop();
      ben.isConnectedAtEnd = false;
    }),
  ).toEqual([]);
});

/** The log is rewound to before Anna's second message, and she sends a third one in its place. */
function rewind({ anna, ben, truth, rewinds }: World): void {
  const other = 'bbbbbbbbbbbb';
  const first = message(1);
  const third = message(2, { id: 'message-third', clientMessageId: 'client-third', text: 'third', createdAtMs: 5_000 });
  anna.writes.push(sent(third, { startedAtMs: 4_000, answer: { atMs: 4_001, message: third } }));
  for (const { stream } of [anna, ben])
    stream.push(
      { kind: 'reset', atMs: 3_500, position: at(1, other) },
      { ...page(1, [first]), position: at(1, other) },
      { ...received(third), position: at(2, other) },
    );
  Object.assign(truth, {
    position: at(2, other),
    messages: [first, third],
    events: [
      { position: at(1, other), type: 'message-received', messageId: first.id },
      { position: at(2, other), type: 'message-received', messageId: third.id },
    ],
  });
  rewinds.push({ fromMs: 2_002, toMs: 3_000 });
}

test('after a reset a client folds anew, and what was rewound may be lost', () => {
  expect(rulesBroken(rewind)).toEqual([]);
  expect(
    rulesBroken((world) => {
      rewind(world);
      world.rewinds.pop();
    }),
  ).toEqual(['acknowledged and stored']);
});

test('what was rewound cannot be edited, and what was not can', () => {
  const edit = (of: number): WriteRecord => {
    const { answer: _none, ...write } = sent(message(of), { kind: 'edit', startedAtMs: 4_000 });
    return { ...write, refusal: 'MESSAGE_NOT_FOUND' };
  };
  const broken = (of: number) =>
    rulesBroken((world) => {
      rewind(world);
      world.rewinds.splice(0, 1, { fromMs: 2_003, toMs: 3_000 });
      world.anna.writes.push(edit(of));
    });
  expect([broken(2), broken(1)]).toEqual([[], ['failures can be repeated']]);
});

test('a client that does not notice the rewinding diverges', () => {
  const broken = rulesBroken((world) => {
    rewind(world);
    world.ben.stream.splice(-3);
  });
  expect(broken).toEqual(['acknowledged and received', 'fold equals a fresh read']);
});
