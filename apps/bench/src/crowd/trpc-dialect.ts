import { randomUUID } from 'node:crypto';
import { type Dialect, meanings, minEventBytes, type Person, type Sending } from './dialect.ts';

/** Stock clients count their requests from 1; these differ, so that no server gets away with one text for all. */
const firstSubscriptionId = 1_000;

type TrpcDialectOptions = {
  subscription: { path: string; input: object };
  /** What makes a caller present in the stream: its first event, or that it has started. */
  joinedBy: 'ready' | 'started';
  send: (texts: readonly string[], firstId: number) => Sending;
};

function createTrpcDialect({ subscription, joinedBy, send }: TrpcDialectOptions): Dialect {
  const joining = Buffer.from(joinedBy === 'ready' ? '"type":"ready"' : '"type":"started"');
  return {
    target: '/trpc?connectionParams=1',
    greet: (person) => [
      JSON.stringify({ method: 'connectionParams', data: { token: person.token } }),
      ...(person.subscribes ? [subscribe(subscription, person)] : []),
    ],
    sendersBeginAtOnce: true,
    read(payload, person) {
      const isShort = payload.length < minEventBytes;
      if (isShort && payload.equals(ping)) return { kind: 'asked', answer: 'PONG' };
      if (payload.subarray(0, errorWithinBytes).includes(error)) return { kind: 'failed', text: payload.toString() };
      if (!person.subscribes) return meanings.acknowledged;
      if (!isShort) return meanings.event;
      const isJoined = payload.includes(person.lastEventId === undefined ? joining : started);
      return isJoined ? meanings.joined : meanings.other;
    },
    send,
  };
}

const ping = Buffer.from('PING');
const started = Buffer.from('"type":"started"');
const error = Buffer.from('"error":');
const errorWithinBytes = 32;

function subscribe({ path, input }: { path: string; input: object }, { index, lastEventId }: Person): string {
  return JSON.stringify({
    id: firstSubscriptionId + index,
    method: 'subscription',
    params: { path, input: { json: input }, ...(lastEventId === undefined ? {} : { lastEventId }) },
  });
}

function mutation(id: number, path: string, input: object): object {
  return { id, method: 'mutation', params: { path, input: { json: input } } };
}

/** As `@trpc/client` speaks to apps/server; sends bear a client message id, as our own client's do. */
export function createFolkmootDialect(room: string): Dialect {
  return createTrpcDialect({
    subscription: { path: 'chat.message', input: { room } },
    joinedBy: 'ready',
    send(texts, firstId) {
      const calls = texts.map((message, index) =>
        mutation(firstId + index, 'chat.send', { room, message, clientMessageId: randomUUID() }),
      );
      // Calls of one tick leave in one frame, as wsLink sends them.
      const frame = JSON.stringify(calls.length === 1 ? calls[0] : calls);
      return { frames: [frame], acknowledgements: texts.length };
    },
  });
}

/** As `@trpc/client` speaks to the server of tRPC's own adapter. */
export function createTrpcAdapterDialect(): Dialect {
  return createTrpcDialect({
    subscription: { path: 'messages', input: {} },
    joinedBy: 'started',
    send: (texts, id) => ({
      frames: [JSON.stringify(mutation(id, 'publish', { texts }))],
      acknowledgements: 1,
    }),
  });
}
