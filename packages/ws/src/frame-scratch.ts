import type { FanoutFrames, EncodedBatch } from './fanout-frames.ts';

const smallestBytes = 4096;
const nothing: Buffer = Buffer.alloc(0);

/**
 * The one buffer in which pushed frames are put together, for one connection after the other. A buffer for each
 * subscriber would be most of the garbage of a busy room; and as those at the same place differ only in their request
 * ids, most often these are all that has to be written.
 */
export class FrameScratch {
  #buffer = nothing;
  /** The part of the buffer that holds frames. */
  #filled = nothing;
  #batch: EncodedBatch | undefined;
  #prefix = '';
  #prefixBytes = 0;

  /**
   * The bytes of frames, and of one more behind them. They are good until the next call: whoever still needs them then
   * calls `giveAway` before.
   */
  fill(frames: FanoutFrames, behind = nothing): Buffer {
    const { batch, prefix, prefixBytes, bytes } = frames;
    if (batch !== this.#batch || prefixBytes !== this.#prefixBytes || bytes + behind.length > this.#buffer.length) {
      this.#fit(bytes + behind.length);
      frames.writeTo(this.#buffer, 0);
      this.#filled = this.#buffer.subarray(0, bytes);
      this.#batch = batch;
      this.#prefixBytes = prefixBytes;
    } else if (prefix !== this.#prefix) {
      frames.writePrefixesTo(this.#buffer);
    }
    this.#prefix = prefix;
    if (behind.length === 0) return this.#filled;
    behind.copy(this.#buffer, bytes);
    return this.#buffer.subarray(0, bytes + behind.length);
  }

  /** What `fill` gave last is not touched again. */
  giveAway(): void {
    this.#buffer = nothing;
    this.#filled = nothing;
    this.#batch = undefined;
  }

  /** Never much more than is needed: who is given the buffer keeps all of it. */
  #fit(bytes: number): void {
    const wanted = Math.max(smallestBytes, 2 ** Math.ceil(Math.log2(bytes)));
    if (bytes <= this.#buffer.length && this.#buffer.length <= 2 * wanted) return;
    this.#buffer = Buffer.allocUnsafeSlow(wanted);
  }
}
