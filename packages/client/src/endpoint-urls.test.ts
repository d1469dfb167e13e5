import { expect, test } from 'vitest';
import { endpointUrls } from './endpoint-urls.ts';

test('one address serves HTTP and WebSocket, secure when it is', () => {
  expect(endpointUrls('http://127.0.0.1:5000/trpc')).toEqual({
    http: 'http://127.0.0.1:5000/trpc',
    webSocket: 'ws://127.0.0.1:5000/trpc',
  });
  const secure = { http: 'https://chat.example/a/trpc?x=1', webSocket: 'wss://chat.example/a/trpc?x=1' };
  expect(endpointUrls('https://chat.example/a/trpc?x=1')).toEqual(secure);
  expect(endpointUrls('wss://chat.example/a/trpc?x=1')).toEqual(secure);
});

test('another protocol, or none, is refused', () => {
  expect(() => endpointUrls('ftp://chat.example/trpc')).toThrow('not "ftp:"');
  expect(() => endpointUrls('/trpc')).toThrow(TypeError);
});
