import type { WebSocketServer } from 'ws';

type Sink = {
  _write: (chunk: Buffer, ...rest: unknown[]) => unknown;
  _writev: (chunks: { chunk: Buffer }[], ...rest: unknown[]) => unknown;
};

/** The bytes of each write to the sockets that a server accepts from now on, as the operating system sees them. */
export function countWrites(wss: WebSocketServer): number[] {
  const writes: number[] = [];
  wss.on('connection', (_socket, req) => {
    const sink = req.socket as unknown as Sink;
    const { _write, _writev } = sink;
    sink._write = (chunk, ...rest) => {
      writes.push(chunk.length);
      return _write.call(sink, chunk, ...rest);
    };
    sink._writev = (chunks, ...rest) => {
      writes.push(chunks.reduce((sum, { chunk }) => sum + chunk.length, 0));
      return _writev.call(sink, chunks, ...rest);
    };
  });
  return writes;
}
