const shortLength = 126;
const longLength = 127;

export type OnFrame = (opcode: number, payload: Buffer) => void;

/** Takes the frames of a server apart, unmasked as servers send them. Fragments are handed on as they come. */
export class FrameReader {
  readonly #onFrame: OnFrame;
  #rest: Buffer | undefined;

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame;
  }

  read(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    while (at + 2 <= bytes.length) {
      const frame = findPayload(bytes, at);
      if (!frame || frame.end > bytes.length) break;
      this.#onFrame(bytes.readUInt8(at) & 0x0f, bytes.subarray(frame.start, frame.end));
      at = frame.end;
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : undefined;
  }
}

/** Undefined where the header is not complete. */
function findPayload(bytes: Buffer, at: number): { start: number; end: number } | undefined {
  const marker = bytes.readUInt8(at + 1) & 0x7f;
  const start = at + (marker === longLength ? 10 : marker === shortLength ? 4 : 2);
  if (start > bytes.length) return undefined;
  const length =
    marker === longLength
      ? Number(bytes.readBigUInt64BE(at + 2))
      : marker === shortLength
        ? bytes.readUInt16BE(at + 2)
        : marker;
  return { start, end: start + length };
}

/** A text frame of a client. The mask is all zeros, which is one, and leaves the payload as it is. */
export function clientTextFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const header = Buffer.alloc(length < shortLength ? 6 : length < 65_536 ? 8 : 14);
  header.writeUInt8(0x81, 0);
  if (length < shortLength) {
    header.writeUInt8(0x80 | length, 1);
  } else if (length < 65_536) {
    header.writeUInt8(0x80 | shortLength, 1);
    header.writeUInt16BE(length, 2);
  } else {
    header.writeUInt8(0x80 | longLength, 1);
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([header, payload]);
}
