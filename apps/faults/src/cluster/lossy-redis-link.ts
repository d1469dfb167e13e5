import { connect, createServer, type Socket } from 'node:net';
import { Transform, type TransformCallback } from 'node:stream';
import { endOfRespValue, isHint } from './resp-values.ts';

export type LossyRedisLink = {
  port: number;
  /** How many hints have passed, and what became of those that were meddled with. */
  counts: Readonly<Record<Meddling | 'untouched', number>>;
  close(): Promise<void>;
};

const meddlings = ['dropped', 'doubled', 'held back'] as const;
type Meddling = (typeof meddlings)[number];

const meddledShare = 0.5;
/** What is held back comes after as many others. */
const heldBehind = 3;

/** A way to Redis that passes everything on but the hints that nodes hear: half of them it drops, doubles or reorders. */
export async function startLossyRedisLink(redisPort: number, random: () => number): Promise<LossyRedisLink> {
  const counts = { untouched: 0, dropped: 0, doubled: 0, 'held back': 0 };
  const open = new Set<Socket>();
  const server = createServer((node) => {
    const redis = connect(redisPort, '127.0.0.1');
    for (const [from, to] of [
      [node, redis],
      [redis, node],
    ] as const) {
      open.add(from);
      from.setNoDelay(true);
      from.on('error', () => {});
      from.once('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
    node.pipe(redis);
    redis.pipe(new HintMeddler(random, counts)).pipe(node);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    counts,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      });
    },
  };
}

/** What Redis says on one connection. */
export class HintMeddler extends Transform {
  readonly #random: () => number;
  readonly #counts: Record<Meddling | 'untouched', number>;
  readonly #held: { value: Buffer; behind: number }[] = [];
  #rest: Buffer = Buffer.alloc(0);

  constructor(random: () => number, counts: Record<Meddling | 'untouched', number>) {
    super();
    this.#random = random;
    this.#counts = counts;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let end = endOfRespValue(this.#rest); end !== undefined; end = endOfRespValue(this.#rest)) {
      const value = this.#rest.subarray(0, end);
      this.#rest = this.#rest.subarray(end);
      if (isHint(value)) this.#meddle(value);
      else this.push(value);
    }
    done();
  }

  #meddle(value: Buffer): void {
    const isMeddled = this.#random() < meddledShare;
    const how = isMeddled ? meddlings[Math.floor(this.#random() * meddlings.length)] : undefined;
    this.#counts[how ?? 'untouched']++;
    if (how === 'held back') this.#held.push({ value, behind: heldBehind });
    else if (how !== 'dropped') this.push(value);
    if (how === 'doubled') this.push(value);
    this.#releaseHeld();
  }

  #releaseHeld(): void {
    for (const held of this.#held) held.behind--;
    while (this.#held[0] !== undefined && this.#held[0].behind < 0) this.push(this.#held.shift()?.value);
  }
}
