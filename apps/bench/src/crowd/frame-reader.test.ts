import { Buffer } from 'node:buffer';
import { WebSocket, WebSocketServer } from 'ws';
import { expect, test } from 'vitest';
import { clientTextFrame, FrameReader } from './frame-reader.ts';

/** A server's text frame: as a client's, without the mask. */
function serverFrame(text: string): Buffer {
  const frame = clientTextFrame(text);
  const payload = Buffer.from(text);
  const header = Buffer.from(frame.subarray(0, frame.length - payload.length - 4));
  header.writeUInt8(header.readUInt8(1) & 0x7f, 1);
  return Buffer.concat([header, payload]);
}

test('frames are the same however the bytes are cut', () => {
  const texts = ['', 'a', 'b'.repeat(125), 'c'.repeat(126), 'd'.repeat(70_000), 'é'];
  const bytes = Buffer.concat(texts.map(serverFrame));
  for (const size of [29, 1_000, bytes.length]) {
    const read: string[] = [];
    const reader = new FrameReader((opcode, payload) => read.push(`${opcode}${payload.toString()}`));
    for (let at = 0; at < bytes.length; at += size) reader.read(bytes.subarray(at, at + size));
    expect(read).toEqual(texts.map((text) => `1${text}`));
  }
});

test('a real server reads what a client of the crowd writes', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  const received = new Promise<string[]>((resolve) => {
    const texts: string[] = [];
    server.on('connection', (socket) => {
      socket.on('message', (data) => texts.push(Buffer.isBuffer(data) ? data.toString() : ''));
      socket.on('close', () => resolve(texts));
    });
  });
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { Member } = await import('./member.ts');
  const texts = ['first', 'x'.repeat(300), 'y'.repeat(70_000)];
  const member = new Member({
    url: `http://127.0.0.1:${port}`,
    dialect: {
      target: '/',
      sendersBeginAtOnce: true,
      greet: () => ['hello'],
      read: () => ({ kind: 'other' }),
      send: (frames) => ({ frames: [...frames], acknowledgements: 0 }),
    },
    person: { index: 0, token: '', lastEventId: undefined, subscribes: false },
    onEvent: () => {},
    onAcknowledged: () => {},
    onFailure: () => {},
  });
  await member.joined;
  member.send(texts, 1);
  await expect.poll(() => [...server.clients].every(({ readyState }) => readyState === WebSocket.OPEN)).toBe(true);
  member.end();
  expect(await received).toEqual(['hello', ...texts]);
  server.close();
});
