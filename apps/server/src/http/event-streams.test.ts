import { createServer, get, type IncomingMessage } from 'node:http';
import { createFakeClock } from '@folkmoot/api/testing';
import { expect, it, vi } from 'vitest';
import type { Credential } from '../auth/credential.ts';
import { createEventStreams } from './event-streams.ts';
import { QuietResponse } from './quiet-response.ts';

it('a stream whose token expires falls silent, keeps even its end to itself, and is cut 30 s later (A3)', async () => {
  const clock = createFakeClock();
  const streams = createEventStreams(clock);
  const expiresAtMs = clock.now() + 40 * 24 * 60 * 60 * 1000;
  const credential: Credential = { authenticate: async () => null, onVerified: (callback) => callback(expiresAtMs) };
  await using stream = await openStream((res) => streams.add(res, credential, 'a'));

  stream.res.write('before');
  await vi.waitFor(() => expect(stream.heard()).toBe('before'));
  clock.advance(expiresAtMs - clock.now());
  stream.res.write('after');
  stream.res.end('the end');
  clock.advance(29_000);
  expect(streams.count()).toBe(1);
  clock.advance(1_000);
  await stream.closed;
  expect(stream.heard()).toBe('before');
  await vi.waitFor(() => expect(streams.count()).toBe(0));
  expect(clock.pending).toBe(0);
});

it('a stream that its client leaves is forgotten, and all can be cut at once (T5)', async () => {
  const streams = createEventStreams(createFakeClock());
  const nobody: Credential = { authenticate: async () => null, onVerified: () => {} };
  await using first = await openStream((res) => streams.add(res, nobody, 'a'));
  await using second = await openStream((res) => streams.add(res, nobody, 'a'));
  expect(streams.count()).toBe(2);
  first.leave();
  await vi.waitFor(() => expect(streams.count()).toBe(1));
  streams.cutAll();
  await second.closed;
  await vi.waitFor(() => expect(streams.count()).toBe(0));
});

async function openStream(take: (res: QuietResponse) => void) {
  const opened = Promise.withResolvers<QuietResponse>();
  const server = createServer({ ServerResponse: QuietResponse }, (_req, res) => {
    take(res);
    res.flushHeaders();
    opened.resolve(res);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port }, resolve).on('error', reject);
  });
  let text = '';
  response.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  response.on('error', () => {});
  return {
    res: await opened.promise,
    heard: () => text,
    leave: () => response.destroy(),
    closed: new Promise<void>((resolve) => {
      response.once('close', resolve);
    }),
    async [Symbol.asyncDispose]() {
      response.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}

it('an address holds so many streams and no more, and others are not held up by it (A6)', async () => {
  const streams = createEventStreams(createFakeClock(), 1);
  const nobody: Credential = { authenticate: async () => null, onVerified: () => {} };
  const taken: boolean[] = [];
  await using first = await openStream((res) => taken.push(streams.add(res, nobody, '192.0.2.1')));
  await using second = await openStream((res) => taken.push(streams.add(res, nobody, '192.0.2.1')));
  await using other = await openStream((res) => taken.push(streams.add(res, nobody, '192.0.2.2')));
  expect(taken).toEqual([true, false, true]);
  first.leave();
  await vi.waitFor(() => expect(streams.count()).toBe(1));
  await using again = await openStream((res) => taken.push(streams.add(res, nobody, '192.0.2.1')));
  expect(taken.at(-1)).toBe(true);
  expect([second, other, again]).toHaveLength(3);
});
