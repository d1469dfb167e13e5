import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type TestServer, startTestServer } from '../test/test-server.ts';
import type { ClientClock } from './client-clock.ts';
import { type ChatConnection, createConnectionDriver } from './connection-driver.ts';
import { createOpenTransport } from './open-transport.ts';
import type { StreamHandlers, Transport } from './transport.ts';

let server: TestServer;
let connection: ChatConnection | undefined;

beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  connection?.close();
  await server.close();
});

/** As the system's, but that the waits of the machine and of the polls are cut short. */
function hastyClock(): ClientClock {
  return {
    now: () => Date.now(),
    random: () => 0.05,
    after(ms, run) {
      const timer = setTimeout(run, ms > 5_000 && ms < 15_000 ? ms : ms / 30);
      return () => clearTimeout(timer);
    },
  };
}

function open() {
  let tokens = 0;
  const openTransport = createOpenTransport({
    url: server.url,
    getToken: () => Promise.resolve(`token-${++tokens}`),
    clock: hastyClock(),
  });
  const driver = createConnectionDriver({
    clock: hastyClock(),
    open: openTransport,
    watchWakeUps: () => () => undefined,
  });
  connection = driver;
  return driver;
}

/** A room's stream that goes on over every transport from where it is. */
function follow(driver: ChatConnection) {
  const texts: string[] = [];
  const errors: unknown[] = [];
  let position = '0';
  const onEvent: StreamHandlers<{ position: string; text?: string }>['onEvent'] = (event) => {
    position = event.position;
    if (event.text) texts.push(event.text);
  };
  const stop = driver.use({
    attach: (transport: Transport) =>
      transport.followMessages('main-chat', position, { onEvent, onError: (error) => errors.push(error) }),
  });
  return { texts, errors, stop };
}

const until = (condition: () => void) => vi.waitFor(condition, { timeout: 15_000, interval: 20 });
const connectedOver = (driver: ChatConnection, transport: string) =>
  until(() => expect(driver.get()).toMatchObject({ name: 'connected', transport }));

describe('the three transports', () => {
  test('T2, R5: WebSocket first; SSE when it is blocked; WebSocket again when it gets through, and no event is lost', async () => {
    const driver = open();
    const stream = follow(driver);
    await connectedOver(driver, 'websocket');
    server.write('one');
    await until(() => expect(stream.texts).toEqual(['one']));

    server.blockWebSockets(true);
    server.drop();
    server.write('two');
    await connectedOver(driver, 'sse');
    await until(() => expect(stream.texts).toEqual(['one', 'two']));
    server.write('three');
    await until(() => expect(stream.texts).toEqual(['one', 'two', 'three']));

    server.blockWebSockets(false);
    await connectedOver(driver, 'websocket');
    server.write('four');
    await until(() => expect(stream.texts).toEqual(['one', 'two', 'three', 'four']));
    expect(stream.errors).toEqual([]);
  });

  test('T2, R5: where nothing streams events are polled for, page after page', async () => {
    const transport = createOpenTransport({
      url: server.url,
      getToken: () => Promise.resolve(undefined),
      clock: hastyClock(),
    });
    const opened = vi.fn<() => void>();
    const failed = vi.fn<() => void>();
    const texts: string[] = [];
    const onEvent = (event: { position: string; text?: string }) => texts.push(event.text ?? '');
    const way = transport('polling', { onOpen: opened, onFailed: failed });
    server.write('one', 'two', 'three', 'four', 'five');
    const stop = way.followMessages('main-chat', '1', { onEvent, onError: failed });
    await until(() => expect(texts).toEqual(['two', 'three', 'four', 'five']));
    expect(opened).toHaveBeenCalled();
    server.write('six');
    await until(() => expect(texts.at(-1)).toBe('six'));
    expect(failed).not.toHaveBeenCalled();
    server.answerNextWith(502);
    await until(() => expect(failed).toHaveBeenCalledTimes(1));
    stop();
  });

  test('A3: 4401 brings a fresh token and the stream goes on; no URL holds one', async () => {
    const driver = open();
    const stream = follow(driver);
    await connectedOver(driver, 'websocket');
    server.closeSockets(4401);
    await until(() => expect(server.seen.sockets).toBe(2));
    await connectedOver(driver, 'websocket');
    server.write('one');
    await until(() => expect(stream.texts).toEqual(['one']));
    expect(server.seen.tokens).toEqual(['token-1', 'token-2']);
    expect(server.seen.urls.filter((url) => url.includes('token'))).toEqual([]);
  });

  test('T5: when the server asks for it the client moves to a new socket by itself', async () => {
    const driver = open();
    const stream = follow(driver);
    await connectedOver(driver, 'websocket');
    server.askToReconnect();
    await until(() => expect(server.seen.sockets).toBe(2));
    server.write('one');
    await until(() => expect(stream.texts).toEqual(['one']));
    expect(driver.get()).toMatchObject({ name: 'connected', attempt: 0 });
  });

  test('a runtime without WebSocket goes over SSE', async () => {
    const driver = createConnectionDriver({
      clock: hastyClock(),
      open: createOpenTransport({
        url: server.url,
        getToken: () => Promise.resolve('token'),
        clock: hastyClock(),
        WebSocket: null,
      }),
      watchWakeUps: () => () => undefined,
    });
    connection = driver;
    const stream = follow(driver);
    server.write('one');
    await connectedOver(driver, 'sse');
    await until(() => expect(stream.texts).toEqual(['one']));
    expect(server.seen.sockets).toBe(0);
  });
});
