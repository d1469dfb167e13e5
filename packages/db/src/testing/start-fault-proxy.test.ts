import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type FaultProxy, startFaultProxy } from './start-fault-proxy.ts';

type Peer = { port: number; received: () => string; connections: () => number; ended: () => number };

/** Takes what comes and answers nothing. */
async function startPeer(): Promise<Peer> {
  const sockets: Socket[] = [];
  let received = '';
  let ended = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('end', () => {
      ended++;
    });
    socket.on('data', (data) => {
      received += data.toString();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    received: () => received,
    connections: () => sockets.length,
    ended: () => ended,
  };
}

async function connectTo(proxy: FaultProxy): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  socket.on('error', () => {});
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return socket;
}

/** `events.once` fails when the socket says why it closes. */
async function closed(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
}

async function startLink(): Promise<{ peer: Peer; proxy: FaultProxy; socket: Socket }> {
  const peer = await startPeer();
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: peer.port });
  onTestFinished(() => proxy.cut());
  const socket = await connectTo(proxy);
  socket.write('sound ');
  await vi.waitFor(() => expect(peer.received()).toBe('sound '));
  return { peer, proxy, socket };
}

test('a delay holds back what goes through, and keeps its order', async () => {
  const { peer, proxy, socket } = await startLink();
  proxy.set({ delayMs: 100 });
  const sinceMs = performance.now();
  socket.write('late');
  await vi.waitFor(() => expect(peer.received()).toBe('sound late'));
  expect(performance.now() - sinceMs).toBeGreaterThan(95);
});

test('a throttle lets so many bytes a second through', async () => {
  const { peer, proxy, socket } = await startLink();
  proxy.set({ bytesPerSecond: 1_000 });
  const sinceMs = performance.now();
  socket.write('x'.repeat(200));
  await vi.waitFor(() => expect(peer.received()).toHaveLength(206));
  expect(performance.now() - sinceMs).toBeGreaterThan(195);
});

test('a black hole takes everything in silence, and what was open ends when it heals', async () => {
  const { peer, proxy, socket } = await startLink();
  proxy.set({ isBlackHole: true });
  socket.write('lost');
  await sleep(100);
  expect([peer.received(), socket.closed]).toEqual(['sound ', false]);
  proxy.set();
  await closed(socket);
  (await connectTo(proxy)).write('healed');
  await vi.waitFor(() => expect(peer.received()).toBe('sound healed'));
});

test('a black hole does not tell one side that the other has gone, a sound link does', async () => {
  const { peer, proxy, socket } = await startLink();
  proxy.set({ isBlackHole: true });
  socket.end();
  await closed(socket).catch(() => undefined);
  await sleep(100);
  expect(peer.ended()).toBe(0);
  proxy.set();
  (await connectTo(proxy)).end('sound again');
  await vi.waitFor(() => expect(peer.ended()).toBe(1));
});

test('a lost tail cuts a sentence off in the middle, and nothing follows it', async () => {
  const { peer, proxy, socket } = await startLink();
  proxy.set({ lostTailBytes: 5 });
  socket.write('half a sentence');
  await vi.waitFor(() => expect(peer.received()).toBe('sound half a sen'));
  socket.write(' and more');
  await sleep(100);
  expect([peer.received(), socket.closed]).toEqual(['sound half a sen', false]);
});

test('a reset ends what is open and takes new connections; a cut refuses them until it is restored', async () => {
  const { peer, proxy, socket } = await startLink();
  proxy.reset();
  await closed(socket);
  const second = await connectTo(proxy);
  await vi.waitFor(() => expect(peer.connections()).toBe(2));
  const ended = closed(second);
  await proxy.cut();
  await ended;
  await expect(connectTo(proxy)).rejects.toThrow('ECONNREFUSED');
  await proxy.restore();
  await connectTo(proxy);
});

test('new connections are led elsewhere, open ones stay', async () => {
  const { peer, proxy, socket } = await startLink();
  const other = await startPeer();
  proxy.retarget({ host: '127.0.0.1', port: other.port });
  socket.write('here');
  (await connectTo(proxy)).write('there');
  await vi.waitFor(() => expect([peer.received(), other.received()]).toEqual(['sound here', 'there']));
});
