import { setTimeout as sleep } from 'node:timers/promises';
import { type Role, toUserId } from '@folkmoot/contract';
import type { ClientHistory, SeenMessage } from '../check/client-history.ts';
import { pick } from '../seeded-random.ts';
import { signFaultsToken } from './faults-token.ts';
import { type FollowedStream, followStream } from './follow-stream.ts';
import { createStockTrpcClient, type StockTrpcClient } from './stock-trpc-client.ts';
import { writePatiently } from './write-patiently.ts';

/** Somebody with one stock client, and a history of all that it did and saw. */
export type Member = {
  history: ClientHistory;
  chat: StockTrpcClient['chat'];
  position(): string | undefined;
  isFolded(): boolean;
  /** Writes on and on, each when the one before was answered: mostly sends, some edits and deletions of own messages. */
  startWriting(everyMs: number): void;
  /** Resolves when the write under way has been answered, or cannot be within the time. */
  stopWriting(patienceMs: number): Promise<void>;
  /** Leaves for good. */
  close(): Promise<void>;
};

export type MemberOptions = {
  name: string;
  url: string;
  room: string;
  way: 'websocket' | 'sse';
  role?: Role | undefined;
  random: () => number;
};

const editShare = 0.12;
const deleteShare = 0.06;

/** Resolves when its stream is up. */
export async function joinMember({ name, url, room, way, role, random }: MemberOptions): Promise<Member> {
  const history: ClientHistory = {
    name,
    userId: toUserId('', name),
    way,
    writes: [],
    stream: [],
    outages: [],
    openedAtMs: [],
    closes: [],
    complaints: [],
    isConnectedAtEnd: true,
  };
  const { chat, close } = createStockTrpcClient({
    url,
    token: signFaultsToken(name, role),
    way,
    onOpen: () => history.openedAtMs.push(Date.now()),
    onClose: (code) => history.closes.push({ atMs: Date.now(), code }),
  });
  const start = random() < 0.5 ? 'page first' : 'stream first';
  const stream: FollowedStream = await followStream({ chat, room, history, start });
  const own: SeenMessage[] = [];
  let writing: Promise<void> | undefined;
  let [isStopping, hasGivenUp] = [false, false];

  async function write(everyMs: number): Promise<void> {
    for (let count = 1; !isStopping; count++) {
      const kind = random();
      const of = own.length > 0 && kind < editShare + deleteShare ? pick(random, own) : undefined;
      const text = `${name} ${count}`;
      const record = await writePatiently(
        of === undefined
          ? { kind: 'send', text }
          : kind < deleteShare
            ? { kind: 'delete', of }
            : { kind: 'edit', text, of },
        { chat, room, history, hasGivenUp: () => hasGivenUp },
      );
      if (record.kind === 'send' && record.answer) own.push(record.answer.message);
      // Whatever became of the deletion, nobody may edit that message any more.
      if (record.kind === 'delete' && of) own.splice(own.indexOf(of), 1);
      await sleep(everyMs * (0.5 + random()));
    }
  }

  return {
    history,
    chat,
    position: stream.position,
    isFolded: stream.isFolded,
    startWriting(everyMs) {
      writing ??= write(everyMs);
    },
    async stopWriting(patienceMs) {
      isStopping = true;
      const timer = setTimeout(() => {
        hasGivenUp = true;
      }, patienceMs);
      await writing;
      clearTimeout(timer);
    },
    async close() {
      isStopping = true;
      hasGivenUp = true;
      await writing;
      await stream.stop();
      await close();
    },
  };
}
