import { randomUUID } from 'node:crypto';
import { parsePosition, type Message } from '@folkmoot/contract';
import { TRPCClientError } from '@trpc/client';
import fc from 'fast-check';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import {
  followingWays,
  followRoom,
  type FollowingStart,
  type FollowingWay,
  type RoomFollower,
} from './room-follower.ts';
import { createStockClient, type StockClient, type StockClientOptions, type TestServer } from './start-test-server.ts';

type Step =
  | { do: 'send'; by: number; text: string }
  | { do: 'repeat' | 'delete' | 'cut' | 'ask to reconnect'; pick: number }
  | { do: 'edit'; pick: number; text: string }
  | { do: 'follow'; way: FollowingWay; start: FollowingStart }
  | { do: 'wait'; ms: number }
  | { do: 'let all writes end' };

// So that a failure's steps can be read, and copied.
const plain = { noNullPrototype: true };
const pick = fc.nat({ max: 1000 });
const text = fc.constantFrom('a', 'b', 'c');
const way = fc.constantFrom(...followingWays);
const start = fc.constantFrom<FollowingStart>('page first', 'stream first');

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('send' as const), by: fc.nat({ max: 1 }), text }, plain) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('repeat' as const), pick }, plain) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('edit' as const), pick, text }, plain) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), pick }, plain) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('follow' as const), way, start }, plain) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ask to reconnect' as const), pick }, plain) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('cut' as const), pick }, plain) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 30 }) }, plain),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('let all writes end' as const) }, plain) },
);

/**
 * R3, R4 and R5 as one property: whatever happens, in whatever order and over whatever wire, what a follower has made of
 * its page and its events is what a fresh visitor reads, and each event came to it exactly once. fast-check prints the
 * seed and the steps of a run that fails.
 *
 * @param rooms one for each run, empty
 */
export async function expectFoldsToAgree(server: TestServer, rooms: readonly string[]): Promise<void> {
  const tokens = await Promise.all(['Ada', 'Grace'].map(async (name) => server.token({ sub: name, name })));
  const authors = tokens.map((token) => server.stockClient(token, { calls: 'websocket' }));
  const unused = rooms.values();
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 80 }), async (steps) => {
        const room = unused.next().value;
        if (room === undefined) throw new Error('There are more runs than rooms.');
        await runSteps(steps, { server, room, authors });
      }),
      // A shorter run would not fail in the same way: what happens depends on time too.
      { numRuns: rooms.length, endOnFailure: true },
    );
  } finally {
    await Promise.all(authors.map(async (author) => author.close()));
  }
}

type World = { server: TestServer; room: string; authors: readonly StockClient[] };
type Sent = {
  author: StockClient;
  input: { room: string; message: string; clientMessageId: string };
  done: Promise<Message>;
};

async function runSteps(steps: readonly Step[], { server, room, authors }: World): Promise<void> {
  const sent: Sent[] = [];
  const followers: { way: FollowingWay; ready: Promise<RoomFollower> }[] = [];
  const writes: Promise<unknown>[] = [];
  const token = await server.token({ sub: 'follower' });
  const follow = (way: FollowingWay, start: FollowingStart) => {
    const createClient = (url: string, options: StockClientOptions) => createStockClient(url, token, options);
    followers.push({ way, ready: followRoom({ way, start, url: server.url, room, createClient }) });
  };
  for (const way of followingWays) follow(way, 'page first');

  const send = (by: number, message: string) => {
    const author = authors[by];
    if (!author) return;
    const input = { room, message, clientMessageId: randomUUID() };
    const done = author.trpc.chat.send.mutate(input);
    sent.push({ author, input, done });
    writes.push(done);
  };
  const repeat = async ({ author, input, done }: Sent) => {
    const again = await author.trpc.chat.send.mutate(input);
    expect(again.id).toBe((await done).id);
  };
  const change = async ({ author, done }: Sent, message?: string) => {
    const messageId = (await done).id;
    const { chat } = author.trpc;
    await (message === undefined
      ? chat.delete.mutate({ room, messageId })
      : chat.edit.mutate({ room, messageId, message }).catch(allowDeleted));
  };

  for (const step of steps) {
    if (step.do === 'send') send(step.by, step.text);
    else if (step.do === 'follow') follow(step.way, step.start);
    else if (step.do === 'wait') await new Promise((resolve) => setTimeout(resolve, step.ms));
    else if (step.do === 'let all writes end') await Promise.all(writes);
    else if (step.do === 'cut') (await choose(followers, step.pick)?.ready)?.cut();
    else if (step.do === 'ask to reconnect') {
      const asked = followers.filter(({ way }) => way === 'websocket');
      await (await choose(asked, step.pick)?.ready)?.askToReconnect();
    } else {
      const target = choose(sent, step.pick);
      if (!target) continue;
      if (step.do === 'repeat') writes.push(repeat(target));
      else writes.push(change(target, step.do === 'edit' ? step.text : undefined));
    }
  }

  await Promise.all(writes);
  const all = await Promise.all(followers.map(async ({ ready }) => ready));
  const [reader] = authors;
  const truth = await reader?.trpc.chat.history.query({ room, limit: 100 });
  const head = parsePosition(truth?.position ?? '')?.seq;
  for (const { seq, fold, complaints, way } of all) {
    await eventually(() =>
      expect({ way, seq: seq(), complaints: complaints() }).toEqual({ way, seq: head, complaints: [] }),
    );
    expect(fold()).toEqual(truth?.messages);
  }
  await Promise.all(all.map(async (follower) => follower.stop()));
}

function choose<Item>(items: readonly Item[], number: number): Item | undefined {
  return items[number % Math.max(1, items.length)];
}

/** Two steps may have chosen the same message. */
function allowDeleted(error: unknown): void {
  if (error instanceof TRPCClientError && error.data?.chat?.code === 'MESSAGE_DELETED') return;
  throw error;
}
