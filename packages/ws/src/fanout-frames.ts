import { headerLength, writeHeader } from './frames.ts';

/** Values as they end on the wire, the same for everyone: each message behind its request id. */
export class EncodedBatch {
  readonly tails: readonly Buffer[];
  #prefixBytes = -1;
  #framesBytes = 0;

  constructor(tails: readonly Buffer[]) {
    this.tails = tails;
  }

  /** What its frames take behind a prefix of that many bytes; remembered for the next of the same. */
  framesBytes(prefixBytes: number): number {
    if (prefixBytes !== this.#prefixBytes) {
      this.#prefixBytes = prefixBytes;
      this.#framesBytes = 0;
      for (const tail of this.tails) {
        const payloadBytes = prefixBytes + tail.length;
        this.#framesBytes += headerLength(payloadBytes) + payloadBytes;
      }
    }
    return this.#framesBytes;
  }
}

/** What one subscriber gets of a batch: a text frame for each value, which begins with its own prefix. */
export class FanoutFrames {
  readonly batch: EncodedBatch;
  readonly prefix: string;
  readonly prefixBytes: number;
  readonly bytes: number;

  constructor(batch: EncodedBatch, prefix: string, prefixBytes: number) {
    this.batch = batch;
    this.prefix = prefix;
    this.prefixBytes = prefixBytes;
    this.bytes = batch.framesBytes(prefixBytes);
  }

  /** Gives the offset behind them. */
  writeTo(target: Buffer, start: number): number {
    let offset = start;
    for (const tail of this.batch.tails) {
      offset = writeHeader(target, offset, this.prefixBytes + tail.length);
      target.write(this.prefix, offset);
      tail.copy(target, offset + this.prefixBytes);
      offset += this.prefixBytes + tail.length;
    }
    return offset;
  }

  /** Where frames of the same batch stand behind a prefix of the same length, makes them these. */
  writePrefixesTo(target: Buffer): void {
    const { prefixBytes } = this;
    let first = 0;
    let offset = 0;
    for (const tail of this.batch.tails) {
      offset += headerLength(prefixBytes + tail.length);
      if (first === 0) {
        first = offset;
        target.write(this.prefix, first);
      } else {
        target.copyWithin(offset, first, first + prefixBytes);
      }
      offset += prefixBytes + tail.length;
    }
  }
}
