import { describe, expect, test, vi } from 'vitest';
import type { ChatLogger } from '../chat-logger.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import type { NumberedEvent } from './log-event.ts';
import { createLogWriter, type LogWriterLimits } from './log-writer.ts';
import type { BatchResult, WriteOperation, WriteOutcome } from './write-batch.ts';

type Call = {
  room: string;
  operations: readonly WriteOperation[];
  /** Answers the call as the write function would: every operation written, in order. */
  succeed(outcomes?: WriteOutcome[]): void;
  fail(code: string): void;
};

const inTurns = { interval: 1 };
const roomLimits: LogWriterLimits = { maxQueued: 1_000, maxBatch: 50, deadlineMs: 10_000 };

function createWorld(limits: Partial<LogWriterLimits> = {}, onCommit: () => unknown = () => {}) {
  const clock = createFakeClock();
  const logger = { warn: vi.fn<ChatLogger['warn']>(), error: vi.fn<ChatLogger['error']>() };
  const fed: { room: string; place: { epoch: string; head: number }; events: NumberedEvent[] }[] = [];
  const checked: string[] = [];
  const calls: Call[] = [];
  let head = 0;

  const written = (operation: WriteOperation): WriteOutcome => {
    head++;
    return { status: 'written', row: rowOf(operation, head), event: { seq: head, type: 'message-received' } };
  };
  const writer = createLogWriter({
    writeBatch: (room, operations) => {
      const { promise, resolve, reject } = Promise.withResolvers<BatchResult>();
      calls.push({
        room,
        operations,
        succeed: (outcomes = operations.map(written)) => {
          resolve({ place: { epoch: 'aaaaaaaaaaaa', head }, outcomes });
        },
        fail: (code) => {
          reject(Object.assign(new Error(`failed with ${code}`), { code }));
        },
      });
      return promise;
    },
    feeds: {
      commit: (room, place, events) => {
        onCommit();
        fed.push({ room, place, events });
      },
      check: (room) => checked.push(room),
    },
    clock,
    logger,
    limits: { ...roomLimits, ...limits },
  });

  /** The call with this number, once it has been made. */
  async function call(number: number): Promise<Call> {
    return vi.waitFor(() => {
      const found = calls[number - 1];
      if (!found) throw new Error(`Only ${calls.length} of ${number} calls have come.`);
      return found;
    }, inTurns);
  }
  /** Writes one that is under way before the test goes on, so that all later ones wait for it. */
  async function begin(operation: WriteOperation) {
    const number = calls.length + 1;
    const written = writer.write('main-chat', operation);
    await call(number);
    return { written };
  }
  return { writer, clock, calls, call, fed, checked, logger, begin };
}

let made = 0;
function send(name: string, clientMessageId: string | null = null): WriteOperation {
  made++;
  return { kind: 'send', messageId: `message-${made}-${name}`, actorId: 'ann', text: name, clientMessageId };
}
const edit = (messageId: string, text: string): WriteOperation => ({ kind: 'edit', messageId, actorId: 'ann', text });

function idOf(operation: WriteOperation | undefined): string {
  return operation && 'messageId' in operation ? operation.messageId : '';
}

function rowOf(operation: WriteOperation, seq: number) {
  const at = new Date(seq);
  return {
    roomId: 'main-chat',
    id: idOf(operation),
    seq,
    version: seq,
    userId: operation.actorId,
    message: 'text' in operation ? operation.text : '',
    editedAt: null,
    isDeleted: false,
    createdAt: at,
    updatedAt: at,
    clientMessageId: null,
    username: 'ann',
    name: 'ANN',
    isGuest: false,
  };
}

const textsOf = ({ operations }: Call) => operations.map((operation) => ('text' in operation ? operation.text : ''));

describe('batches', () => {
  test('form while one is under way, and keep the order of the calls (S5, S6)', async () => {
    const { writer, call, calls, begin } = createWorld();
    const first = await begin(send('1'));
    const others = ['2', '3', '4'].map((text) => writer.write('main-chat', send(text)));
    expect(textsOf(await call(1))).toEqual(['1']);
    (await call(1)).succeed();
    await first.written;
    expect(textsOf(await call(2))).toEqual(['2', '3', '4']);
    (await call(2)).succeed();
    const outcomes = await Promise.all(others);
    expect(outcomes.map((outcome) => 'row' in outcome && outcome.row.message)).toEqual(['2', '3', '4']);
    expect(calls).toHaveLength(2);
  });

  test('hold all that comes in one turn of the event loop, as the sends of a frame do (S5)', async () => {
    const { writer, call, calls } = createWorld();
    const sendLater = async (text: string, awaits: number) => {
      // Some calls wait for more promises than others on their way here, for none of them for longer than a turn.
      for (let waited = 0; waited < awaits; waited++) await Promise.resolve();
      return writer.write('main-chat', send(text));
    };
    const writes = Array.from({ length: 20 }, (_, index) => sendLater(String(index), index));
    expect((await call(1)).operations).toHaveLength(20);
    (await call(1)).succeed();
    await Promise.all(writes);
    expect(calls).toHaveLength(1);
  });

  test('of many leave half of them to follow, to be worked at while the database works (S5)', async () => {
    const { writer, call } = createWorld({ maxBatch: 512 });
    const writeAgain = async (text: string): Promise<void> => {
      await writer.write('main-chat', send(text));
      await writer.write('main-chat', send(text));
    };
    const writes = Array.from({ length: 100 }, (_, index) => writeAgain(String(index)));
    const sizes: number[] = [];
    for (let number = 1; number <= 4; number++) {
      const batch = await call(number);
      sizes.push(batch.operations.length);
      batch.succeed();
    }
    await Promise.all(writes);
    expect(sizes).toEqual([50, 50, 50, 50]);
  });

  test('are under way before the batch before them is fed and answered (S5)', async () => {
    const callsWhenFed: number[] = [];
    const world = createWorld({}, () => callsWhenFed.push(world.calls.length));
    const first = await world.begin(send('1'));
    const second = world.writer.write('main-chat', send('2'));
    (await world.call(1)).succeed();
    await first.written;
    (await world.call(2)).succeed();
    await second;
    expect(callsWhenFed).toEqual([2, 2]);
    expect(world.fed.map(({ place }) => place.head)).toEqual([1, 2]);
  });

  test('are one a room at a time, and rooms do not wait for each other (S5)', async () => {
    const { writer, call, calls } = createWorld();
    const writes = ['main-chat', 'side-room'].map((room) => writer.write(room, send(room)));
    await call(2);
    writes.push(writer.write('main-chat', send('main-chat')));
    expect(calls.map(({ room }) => room)).toEqual(['main-chat', 'side-room']);
    (await call(2)).succeed();
    await writes[1];
    expect(calls).toHaveLength(2);
    (await call(1)).succeed();
    (await call(3)).succeed();
    await Promise.all(writes);
  });

  test('have no more operations than the limit (S5)', async () => {
    const { writer, call } = createWorld({ maxBatch: 3 });
    const writes = Array.from({ length: 8 }, (_, index) => writer.write('main-chat', send(String(index))));
    const sizes: number[] = [];
    for (let number = 1; number <= 3; number++) {
      const batch = await call(number);
      sizes.push(batch.operations.length);
      batch.succeed();
    }
    await Promise.all(writes);
    expect(sizes).toEqual([3, 3, 2]);
  });

  test('end before an operation that has to see what one before it did, and nothing overtakes (S2, S4, S6)', async () => {
    const { writer, call } = createWorld();
    const operations = [
      edit('m', 'a'),
      send('1', 'client-1'),
      edit('m', 'b'),
      send('2'),
      send('1', 'client-1'),
      { ...send('other author', 'client-1'), actorId: 'bob' },
      { kind: 'delete', messageId: 'm', actorId: 'ann', asModerator: false } as const,
    ];
    const writes = operations.map((operation) => writer.write('main-chat', operation));
    const batches: string[][] = [];
    for (let number = 1; number <= 3; number++) {
      const batch = await call(number);
      batches.push(textsOf(batch));
      batch.succeed();
    }
    await Promise.all(writes);
    expect(batches).toEqual([['a', '1'], ['b', '2', '1', 'other author'], ['']]);
  });
});

test('a commit feeds the room with the events of the batch before it is answered (S6, R4)', async () => {
  const { writer, call, fed } = createWorld();
  const write = writer.write('main-chat', send('hello'));
  (await call(1)).succeed();
  const fedFirst = write.then(() => fed.length);
  expect(await fedFirst).toBe(1);
  expect(fed[0]).toMatchObject({
    room: 'main-chat',
    place: { head: 1 },
    events: [
      { seq: 1, event: { type: 'message-received', position: 'aaaaaaaaaaaa.1', message: { message: 'hello' } } },
    ],
  });
});

test('what the feeds cannot take is answered all the same, and so is what comes after (S1, R10)', async () => {
  const { writer, call, logger } = createWorld({}, () => {
    throw new Error('no feed');
  });
  for (const number of [1, 2]) {
    const write = writer.write('main-chat', send('hello'));
    (await call(number)).succeed();
    expect(await write).toMatchObject({ status: 'written' });
  }
  expect(logger.error).toHaveBeenCalledTimes(2);
});

test('a batch of refusals is no news to the feeds, a repeat may be (R10)', async () => {
  const { writer, call, fed } = createWorld();
  const refused = writer.write('main-chat', send('1'));
  (await call(1)).succeed([{ status: 'refused', refusal: 'BANNED' }]);
  expect(await refused).toEqual({ status: 'refused', refusal: 'BANNED' });
  expect(fed).toEqual([]);
  const operation = send('2');
  const repeated = writer.write('main-chat', operation);
  (await call(2)).succeed([{ status: 'unchanged', row: rowOf(operation, 1), event: undefined }]);
  await repeated;
  expect(fed).toMatchObject([{ room: 'main-chat', events: [] }]);
});

test('over the bound of the queue a write is refused as TOO_BUSY, and room is made by answers (S5)', async () => {
  const { writer, call, begin } = createWorld({ maxQueued: 3 });
  const first = await begin(send('1'));
  const writes = ['2', '3'].map((text) => writer.write('main-chat', send(text)));
  await expect(writer.write('main-chat', send('4'))).rejects.toMatchObject({ code: 'TOO_BUSY', retryable: 'yes' });
  await expect(writer.write('side-room', send('4'))).rejects.toMatchObject({ code: 'TOO_BUSY' });
  (await call(1)).succeed();
  await first.written;
  const taken = writer.write('main-chat', send('5'));
  expect(await Promise.race([taken.catch(() => 'refused'), Promise.resolve('waits')])).toBe('waits');
  (await call(2)).succeed();
  await Promise.all(writes);
});

describe('a poison write', () => {
  /** Fails whole batches, and of single rows the poisoned ones. */
  async function writeWithPoison(code: string, tries = 1) {
    const world = createWorld();
    const { writer, call, begin } = world;
    const first = await begin(send('0'));
    const writes = ['1', 'poison', '2'].map((text) => writer.write('main-chat', send(text)));
    const settled = Promise.allSettled(writes);
    (await call(1)).succeed();
    await first.written;
    (await call(2)).fail(code);
    (await call(3)).succeed();
    for (let attempt = 0; attempt < tries; attempt++) {
      (await call(4 + attempt)).fail(code);
      await vi.waitFor(() => expect(world.clock.pending).toBe(attempt < tries - 1 ? 1 : 0), inTurns);
      world.clock.advance(1_000);
    }
    (await call(4 + tries)).succeed();
    return { ...world, results: await settled };
  }

  test.each(['22021', '23514', '22P05'])(
    'fails alone with SQLSTATE %s, and the others succeed in order (S5)',
    async (code) => {
      const { results, calls, logger } = await writeWithPoison(code);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(results[1]).toMatchObject({ reason: { code: 'INTERNAL' } });
      expect(calls.map(textsOf)).toEqual([['0'], ['1', 'poison', '2'], ['1'], ['poison'], ['2']]);
      expect(logger.error).toHaveBeenCalledOnce();
      expect(JSON.stringify(logger.error.mock.calls)).not.toContain('poison');
    },
  );

  test('of class 40 is tried again by itself before it fails (S5)', async () => {
    const { results, calls } = await writeWithPoison('40P01', 3);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(calls).toHaveLength(7);
  });

  test('is not looked for after other errors: those fail the batch as a whole (S5)', async () => {
    const { writer, call, calls, checked, begin } = createWorld();
    const first = await begin(send('0'));
    const writes = Promise.allSettled(['1', '2'].map((text) => writer.write('main-chat', send(text))));
    (await call(1)).succeed();
    await first.written;
    (await call(2)).fail('42883');
    for (const result of await writes) expect(result).toMatchObject({ reason: { code: 'INTERNAL' } });
    expect(calls).toHaveLength(2);
    expect(checked).toEqual(['main-chat']);
  });
});

describe('a lost connection', () => {
  test.each(['CONNECTION_CLOSED', '57P01', 'ECONNREFUSED', '55P03', '57014'])(
    'after %s the same operations are tried again, with the same ids, before all later ones (S5, T4)',
    async (code) => {
      const { writer, call, clock, begin } = createWorld();
      const first = await begin(send('1'));
      const later = writer.write('main-chat', send('2'));
      const lost = await call(1);
      lost.fail(code);
      await vi.waitFor(() => expect(clock.pending).toBe(1), inTurns);
      clock.advance(50);
      const again = await call(2);
      expect(again.operations).toEqual(lost.operations);
      again.succeed();
      expect(await first.written).toMatchObject({ status: 'written', row: { id: idOf(lost.operations[0]) } });
      (await call(3)).succeed();
      await later;
    },
  );

  test.each([
    ['CONNECTION_CLOSED', 'OUTCOME_UNKNOWN', 'with-client-message-id'],
    ['57P01', 'OUTCOME_UNKNOWN', 'with-client-message-id'],
    ['ECONNREFUSED', 'DATABASE_UNAVAILABLE', 'yes'],
    ['57P03', 'DATABASE_UNAVAILABLE', 'yes'],
  ])('that lasts fails at the deadline: %s as %s (S7, T4)', async (errorCode, code, retryable) => {
    const { writer, call, clock, checked } = createWorld();
    const failure = writer.write('main-chat', send('1')).catch((error: unknown) => error);
    const tries = roomLimits.deadlineMs / 1_000;
    for (let number = 1; number <= tries; number++) {
      (await call(number)).fail(errorCode);
      await vi.waitFor(() => expect(clock.pending).toBe(1), inTurns);
      clock.advance(1_000);
    }
    (await call(tries + 1)).fail(errorCode);
    expect(await failure).toMatchObject({ code, retryable });
    // A write that failed may have happened: positions are compared (R10).
    expect(checked).toEqual(['main-chat']);
  });

  test('whose answer was lost once stays unknown although later tries never reached the database (S7)', async () => {
    const { writer, call, clock } = createWorld({ deadlineMs: 60 });
    const failure = writer.write('main-chat', send('1')).catch((error: unknown) => error);
    (await call(1)).fail('CONNECTION_CLOSED');
    await vi.waitFor(() => expect(clock.pending).toBe(1), inTurns);
    clock.advance(60);
    (await call(2)).fail('ECONNREFUSED');
    expect(await failure).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });
});

describe('closing', () => {
  test('answers what is under way and refuses what comes later (T5)', async () => {
    const { writer, call, begin } = createWorld();
    const first = await begin(send('1'));
    const second = writer.write('main-chat', send('2'));
    let isClosed = false;
    const closing = writer.close().then(() => {
      isClosed = true;
    });
    await expect(writer.write('main-chat', send('3'))).rejects.toMatchObject({ code: 'TOO_BUSY' });
    (await call(1)).succeed();
    await first.written;
    expect(isClosed).toBe(false);
    (await call(2)).succeed();
    await second;
    await closing;
  });

  test('an idle writer resolves at once (T5)', async () => {
    await createWorld().writer.close();
  });
});
