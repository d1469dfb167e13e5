import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';

const readsPerSecond = 10;
const unpacedReadBytes = 64 * 1024;
/** A process that was late reads on faster until it is at its rate again. */
const maxArrearsMs = 1_000;

/**
 * A socket that takes so many bytes a second from the kernel and not one more; with 0 as many as there are until it is
 * paused, which holds at once: a stream of Node's own would first fill its buffer.
 */
export function connectPaced(
  address: TcpNetConnectOpts,
  bytesPerSecond: number,
  onChunk: (chunk: Buffer) => void,
): Socket {
  const isPaced = bytesPerSecond > 0;
  const buffer = Buffer.alloc(isPaced ? Math.ceil(bytesPerSecond / readsPerSecond) : unpacedReadBytes);
  let dueAt: number | undefined;
  const socket = connect({
    ...address,
    onread: {
      buffer,
      callback(length) {
        onChunk(Buffer.from(buffer.subarray(0, length)));
        if (!isPaced) return true;
        const now = performance.now();
        dueAt = Math.max(dueAt ?? now, now - maxArrearsMs) + (length / bytesPerSecond) * 1_000;
        setTimeout(() => socket.resume(), Math.max(0, dueAt - now));
        return false;
      },
    },
  });
  return socket;
}
