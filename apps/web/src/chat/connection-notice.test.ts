import { expect, test } from 'vitest';
import { texts } from '../texts.ts';
import { describeConnection } from './connection-notice.ts';

const connection = { name: 'connected', transport: 'websocket', attempt: 0, strikes: 0, probes: 0 } as const;
const room = { isLoaded: true, isLive: true, problem: null };
const live = { connection, room, isOnline: true, isSending: false };
const words = texts.connection;

test('nothing is said while everything is live', () => {
  expect(describeConnection(live)).toBeNull();
  expect(describeConnection({ ...live, isOnline: false })).toBeNull();
  expect(describeConnection({ ...live, connection: { ...connection, name: 'probing', transport: 'sse' } })).toBeNull();
});

test('each reason for not being live has its words', () => {
  const gone = { ...room, isLive: false };
  const waiting = { ...connection, name: 'waiting' } as const;
  const said = (change: Partial<typeof live>) => describeConnection({ ...live, room: gone, ...change })?.text;
  expect(said({ connection: { ...waiting, name: 'connecting' } as never, room: { ...gone, isLoaded: false } })).toBe(
    words.connecting,
  );
  expect(said({ connection: waiting as never })).toBe(words.lost);
  expect(said({ connection: waiting as never, isOnline: false })).toBe(words.offline);
  expect(said({})).toBe(words.catchingUp);
});

test('without a network a connection that seems to live is not believed when something does not get sent', () => {
  expect(describeConnection({ ...live, isSending: true })).toBeNull();
  expect(describeConnection({ ...live, isSending: true, isOnline: false })?.text).toBe(words.offline);
});

test('polling is live, but late', () => {
  expect(describeConnection({ ...live, connection: { ...connection, transport: 'polling' } })?.text).toBe(words.slow);
});

test('a refusal is told with its reason, and can be tried again', () => {
  const problem = { code: 'BANNED', retryable: 'no', message: 'You are banned.' } as const;
  const notice = describeConnection({ ...live, room: { ...room, isLive: false, problem } });
  expect(notice).toMatchObject({ tone: 'problem', canRetry: true });
  expect(notice?.text).toContain('You are banned.');
});
