import { isTrackedEnvelope, transformTRPCResponse } from '@trpc/server';
import type { TRPCResultMessage } from '@trpc/server/rpc';
import { EncodedBatch } from './fanout-frames.ts';
import type { FanoutBatch } from './fanout-source.ts';
import type { ResponseHead } from './incoming-messages.ts';
import type { RootConfig } from './root-config.ts';

const placeholder = '{"id":0';

/** Makes the bytes of batches: each value is serialised once, whoever it goes to and whenever. */
export class FanoutEncoder {
  readonly #config: RootConfig;
  readonly #tails = new WeakMap<object, Buffer>();
  /** Only for a turn of the event loop, in which those at the same place are served: a source may keep its batches. */
  readonly #batches = new Map<FanoutBatch, EncodedBatch>();
  #lastBatch: FanoutBatch | undefined;
  #lastEncoded: EncodedBatch | undefined;

  constructor(config: RootConfig) {
    this.#config = config;
  }

  /** Throws where a value cannot be serialised. */
  encode(batch: FanoutBatch): EncodedBatch {
    if (batch === this.#lastBatch && this.#lastEncoded) return this.#lastEncoded;
    const encoded = this.#batches.get(batch) ?? new EncodedBatch(batch.map((value) => this.#tail(value)));
    this.#batches.set(batch, encoded);
    this.#lastBatch = batch;
    this.#lastEncoded = encoded;
    return encoded;
  }

  forgetBatches(): void {
    this.#batches.clear();
    this.#lastBatch = undefined;
    this.#lastEncoded = undefined;
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

/** A message up to where its result begins; what a pushed frame takes as its prefix. */
export function messagePrefix(head: ResponseHead): string {
  return JSON.stringify(head).slice(0, -1);
}
