import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DomainError } from './errors/domain-error.ts';
import { createFolkmootRouter } from './folkmoot-router.ts';
import { type Identity, toCaller } from './identity.ts';
import { createMessageWrites } from './messages/message-writes.ts';
import { createTestApi, person, type TestApi } from './testing/index.ts';
import { takeWriteTicket } from './write-order.ts';

describe('tickets of one connection', () => {
  test('come to their turn one after the other, whoever leaves first (S6)', async () => {
    const connection = {};
    const [first, second, third] = [
      takeWriteTicket(connection),
      takeWriteTicket(connection),
      takeWriteTicket(connection),
    ];
    const turns: number[] = [];
    const all = [first, second, third].map(({ turn }, index) => turn.then(() => turns.push(index + 1)));
    third.leave();
    second.leave();
    await all[0];
    expect(turns).toEqual([1]);
    first.leave();
    first.leave();
    await Promise.all(all);
    expect(turns).toEqual([1, 2, 3]);
  });

  test('do not wait for those of another connection (S6)', async () => {
    takeWriteTicket({});
    await takeWriteTicket({}).turn;
  });

  test('of a connection where all have left come at once (S6)', async () => {
    const connection = {};
    takeWriteTicket(connection).leave();
    await takeWriteTicket(connection).turn;
  });
});

describe('writes', () => {
  type Context = { gates: PromiseWithResolvers<Identity>[] };
  let api: TestApi;
  let router: ReturnType<typeof createFolkmootRouter<Context>>;

  beforeAll(async () => {
    api = await createTestApi();
    router = createFolkmootRouter<Context>({
      services: api.services,
      // The nth call of a connection is known for who it is when its gate opens.
      authenticate: (context) => {
        const gate = Promise.withResolvers<Identity>();
        context.gates.push(gate);
        return gate.promise;
      },
    });
  });
  afterAll(async () => {
    await api[Symbol.asyncDispose]();
  });

  function connect() {
    const context: Context = { gates: [] };
    /** Resolves when that many calls have come to their gates. */
    const comeTo = async (count: number): Promise<void> => {
      await expect.poll(() => context.gates.length).toBe(count);
    };
    return { gates: context.gates, comeTo, chat: router.createCaller(context).chat };
  }
  const ann = person('ann');

  test('of one connection take effect in the order sent, however long each is on its way (S6)', async () => {
    const { gates, comeTo, chat } = connect();
    const sends = ['1', '2', '3', '4'].map((message) => chat.send({ message }));
    await comeTo(4);
    for (const gate of gates.toReversed()) {
      gate.resolve(ann);
      await Promise.resolve();
    }
    const seqs = (await Promise.all(sends)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  });

  test('that fail on their way let the next ones go (S6, S7)', async () => {
    const { gates, comeTo, chat } = connect();
    const refused = chat.send({ message: 'not allowed in' });
    const empty = chat.send({ message: '   ' });
    const invalid = chat.edit({ messageId: 'no uuid', message: 'x' });
    const missing = chat.delete({ messageId: '00000000-0000-4000-8000-000000000000' });
    const sent = chat.send({ message: 'goes through' });
    await comeTo(5);
    gates[0]?.reject(new DomainError('TOKEN_EXPIRED'));
    for (const gate of gates.slice(1)) gate.resolve(ann);
    await expect(refused).rejects.toMatchObject({ cause: { code: 'TOKEN_EXPIRED' } });
    await expect(empty).rejects.toMatchObject({ cause: { code: 'MESSAGE_EMPTY' } });
    await expect(invalid).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(missing).rejects.toMatchObject({ cause: { code: 'MESSAGE_NOT_FOUND' } });
    expect(await sent).toMatchObject({ message: 'goes through' });
  });

  test('of one connection are not held up by those of another, nor are reads by writes (S6)', async () => {
    const slow = connect();
    const fast = connect();
    const held = slow.chat.send({ message: 'held' });
    const reading = slow.chat.history({});
    await slow.comeTo(2);
    slow.gates[1]?.resolve(ann);
    await reading;
    const sending = fast.chat.send({ message: 'fast' });
    await fast.comeTo(1);
    fast.gates[0]?.resolve(person('bob'));
    const before = await sending;
    slow.gates[0]?.resolve(ann);
    expect((await held).seq).toBeGreaterThan(before.seq);
  });

  test('of one HTTP batch take effect in the order sent (S6)', async () => {
    const context: Context = { gates: [] };
    const inputs = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e'].map((message, index) => [index, { json: { message } }]),
    );
    const paths = Array.from({ length: 5 }, () => 'chat.send').join(',');
    const answering = fetchRequestHandler({
      endpoint: '/trpc',
      router,
      createContext: () => context,
      req: new Request(`http://localhost/trpc/${paths}?batch=1`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(inputs),
      }),
    });
    await expect.poll(() => context.gates.length).toBe(5);
    for (const gate of context.gates.toReversed()) gate.resolve(ann);
    const answers: { result: { data: { json: { message: string; seq: number } } } }[] = await (await answering).json();
    const sent = answers.map(({ result }) => result.data.json);
    expect(sent.map(({ message }) => message)).toEqual(['a', 'b', 'c', 'd', 'e']);
    const first = sent[0]?.seq ?? 0;
    expect(sent.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4].map((index) => first + index));
  });

  test('are shown by every read of their author as soon as they are answered (S6)', async () => {
    const { chat } = api.caller(person('writer'));
    for (let round = 1; round <= 20; round++) {
      const { id, userId } = await chat.send({ message: `round ${round}`, room: 'side-room' });
      const [history, recent, own, stats, rooms] = await Promise.all([
        chat.history({ room: 'side-room', limit: 1 }),
        chat.recent({ room: 'side-room', limit: 1 }),
        chat.userMessages({ userId, room: 'side-room', limit: 1 }),
        chat.stats({ room: 'side-room' }),
        chat.rooms(),
      ]);
      for (const page of [history, recent, own]) expect(page.messages.map((message) => message.id)).toEqual([id]);
      expect(stats.totalMessages).toBe(round);
      expect(rooms.find(({ room }) => room === 'side-room')?.position).toBe(history.position);
    }
  });
});

test('a write gives up its turn when it is in the queue, so that those of one connection can share a batch (S5, S6)', async () => {
  const connection = {};
  const queued: string[] = [];
  const writes = createMessageWrites({
    // A database that does not answer.
    writer: {
      write: (_room, operation) => {
        queued.push('text' in operation ? operation.text : operation.kind);
        return new Promise(() => undefined);
      },
      close: () => Promise.resolve(),
    },
    users: {
      ensure: ({ user }) => Promise.resolve(user),
      recall: ({ user }) => Promise.resolve(user),
      forget: () => undefined,
    },
    newMessageId: () => 'an id',
  });
  const pending = ['1', '2', '3'].map((message) =>
    writes.send(toCaller(person('ann')), takeWriteTicket(connection), { room: 'main-chat', message }),
  );
  await expect.poll(() => queued).toEqual(['1', '2', '3']);
  expect(pending).toHaveLength(3);
});
