/*
 * WebSocket frames of a server (RFC 6455, 5.2): unmasked, in one piece, without extensions. They go to the socket
 * below `ws` between two of its own frames, which it too writes whole.
 */

const finalText = 0x81;
const finalBinary = 0x82;
const longestHeader = 10;

/** A frame with this text. */
export function textFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerLength(bytes) + bytes);
  frame.write(text, writeHeader(frame, 0, bytes));
  return frame;
}

export function binaryFrame(data: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headerLength(data.length) + data.length);
  frame.set(data, writeHeader(frame, 0, data.length, finalBinary));
  return frame;
}

export function headerLength(payloadBytes: number): number {
  if (payloadBytes < 126) return 2;
  return payloadBytes < 65_536 ? 4 : longestHeader;
}

/** Gives the offset of the payload. */
export function writeHeader(target: Buffer, offset: number, payloadBytes: number, kind = finalText): number {
  target[offset] = kind;
  if (payloadBytes < 126) {
    target[offset + 1] = payloadBytes;
    return offset + 2;
  }
  if (payloadBytes < 65_536) {
    target[offset + 1] = 126;
    return target.writeUInt16BE(payloadBytes, offset + 2);
  }
  target[offset + 1] = 127;
  target.writeUInt32BE(Math.floor(payloadBytes / 2 ** 32), offset + 2);
  return target.writeUInt32BE(payloadBytes % 2 ** 32, offset + 6);
}
