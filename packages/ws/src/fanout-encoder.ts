import { isTrackedEnvelope, transformTRPCResponse } from '@trpc/server';
import type { TRPCResultMessage } from '@trpc/server/rpc';
import type { FanoutBatch } from './fanout-source.ts';
import { prefixedTextFrames } from './frames.ts';
import type { ResponseHead } from './incoming-messages.ts';
import type { RootConfig } from './root-config.ts';

/** Stock clients count their requests from 1, so many subscribers have the same few ids; others are not worth keeping. */
const maxPrefixesKept = 16;
const placeholder = '{"id":0';

/** Makes the bytes of batches: each value is serialised once, whoever it goes to and whenever. */
export class FanoutEncoder {
  readonly #config: RootConfig;
  readonly #tails = new WeakMap<object, Buffer>();
  /** Only for a turn of the event loop, in which those at the same place are served: a source may keep its batches. */
  readonly #frames = new Map<FanoutBatch, Map<string, Buffer>>();

  constructor(config: RootConfig) {
    this.#config = config;
  }

  /** The frames of a batch behind one prefix, which is a message up to its `result`. Not to be written to. */
  encode(batch: FanoutBatch, prefix: string): Buffer {
    const known = this.#frames.get(batch)?.get(prefix);
    if (known) return known;
    const frames = prefixedTextFrames(
      prefix,
      batch.map((value) => this.#tail(value)),
    );
    const byPrefix = this.#frames.get(batch) ?? new Map<string, Buffer>();
    if (byPrefix.size < maxPrefixesKept) byPrefix.set(prefix, frames);
    this.#frames.set(batch, byPrefix);
    return frames;
  }

  forgetFrames(): void {
    this.#frames.clear();
  }

  #tail(value: unknown): Buffer {
    const key = typeof value === 'object' && value !== null ? value : undefined;
    const known = key && this.#tails.get(key);
    if (known) return known;
    const message = { id: 0, result: toResult(value) };
    const encoded = JSON.stringify(transformTRPCResponse(this.#config, message));
    const tail = Buffer.from(encoded.slice(placeholder.length));
    if (key) this.#tails.set(key, tail);
    return tail;
  }
}

/** What a yielded value becomes on the wire: a tracked one carries its id twice, as tRPC's clients expect. */
export function toResult(value: unknown): TRPCResultMessage<unknown>['result'] {
  if (!isTrackedEnvelope(value)) return { type: 'data', data: value };
  const [id, data] = value;
  return { type: 'data', data: { id, data }, id };
}

/** A message up to where its result begins; what `encode` takes as the prefix. */
export function messagePrefix(head: ResponseHead): string {
  return JSON.stringify(head).slice(0, -1);
}
