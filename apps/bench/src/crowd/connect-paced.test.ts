import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { connectPaced } from './connect-paced.ts';

/** A peer that writes so many bytes at once, and a client that reads so many a second. */
async function connectTo(bytes: number, bytesPerSecond: number) {
  const server = createServer((peer) => peer.end(Buffer.alloc(bytes)));
  onTestFinished(() => {
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const sizes: number[] = [];
  const socket: Socket = connectPaced({ host: '127.0.0.1', port }, bytesPerSecond, (chunk) => {
    sizes.push(chunk.length);
    if (bytesPerSecond === 0 && sizes.length === 1) socket.pause();
  });
  return { socket, sizes, read: () => sizes.reduce((sum, size) => sum + size, 0) };
}

test('a paced socket reads all, and no faster than its rate', async () => {
  const startedAt = performance.now();
  const { socket, sizes, read } = await connectTo(20_000, 20_000);
  await once(socket, 'close');
  expect(read()).toBe(20_000);
  expect(Math.max(...sizes)).toBe(2_000);
  // Each read but the last is waited for; a process that is late may make up for a second.
  expect(performance.now() - startedAt).toBeGreaterThan(850);
});

test('one that is paused takes nothing more until it is told to, and then the rest', async () => {
  const { socket, sizes, read } = await connectTo(500_000, 0);
  await expect.poll(() => sizes.length).toBe(1);
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  expect(sizes).toHaveLength(1);
  socket.resume();
  await once(socket, 'close');
  expect(read()).toBe(500_000);
});
