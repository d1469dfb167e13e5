import { describe, expect, test } from 'vitest';
import { createHandClock } from '../test/hand-clock.ts';
import { createConnectionDriver } from './connection-driver.ts';
import type { TransportKind } from './connection-state.ts';
import type { Transport, TransportReport } from './transport.ts';

function createWorld() {
  const clock = createHandClock();
  const opened: { kind: TransportKind; report: TransportReport; isClosed: boolean; transport: Transport }[] = [];
  let wake: (why: 'online' | 'visible') => void = () => undefined;
  let isWatched = true;
  const driver = createConnectionDriver({
    clock,
    watchWakeUps(listener) {
      wake = listener;
      return () => {
        isWatched = false;
      };
    },
    open(kind, report) {
      const transport = { close: () => void (one.isClosed = true) } as unknown as Transport;
      const one = { kind, report, isClosed: false, transport };
      opened.push(one);
      return transport;
    },
  });
  const attached: string[] = [];
  const user = {
    attach(transport: Transport) {
      const kind = opened.find((one) => one.transport === transport)?.kind ?? '?';
      attached.push(`+${kind}`);
      return () => void attached.push(`-${kind}`);
    },
  };
  return {
    clock,
    driver,
    opened,
    attached,
    user,
    last: () => opened.at(-1) ?? expect.fail('nothing was opened'),
    wake: (why: 'online' | 'visible') => wake(why),
    isWatched: () => isWatched,
    openKinds: () => opened.filter(({ isClosed }) => !isClosed).map(({ kind }) => kind),
  };
}

describe('driving the connection', () => {
  test('nothing is opened until somebody has streams, and nothing stays open when nobody has', () => {
    const world = createWorld();
    expect(world.opened).toEqual([]);
    const stop = [world.driver.use(world.user), world.driver.use({ attach: world.user.attach })];
    expect(world.openKinds()).toEqual(['websocket']);
    world.last().report.onOpen();
    expect(world.driver.find()).toBe(world.last().transport);
    for (const one of stop) one();
    expect(world.openKinds()).toEqual([]);
    expect(world.driver.get().name).toBe('idle');
    expect(world.attached).toEqual(['+websocket', '+websocket', '-websocket', '-websocket']);
  });

  test('T2: streams move to SSE when WebSocket fails, and back when a probe opens, one transport at a time', async () => {
    const world = createWorld();
    world.driver.use(world.user);
    for (let tries = 0; tries < 3; tries++) {
      world.last().report.onFailed(null);
      expect(world.openKinds()).toEqual([]);
      await world.clock.turn(5000);
    }
    expect(world.openKinds()).toEqual(['sse']);
    world.last().report.onOpen();
    await world.clock.turn(45_000);
    expect(world.openKinds()).toEqual(['sse', 'websocket']);
    expect(world.driver.find()).toBe(world.opened.at(-2)?.transport);
    world.last().report.onOpen();
    expect(world.openKinds()).toEqual(['websocket']);
    expect(world.attached.slice(-3)).toEqual(['+sse', '-sse', '+websocket']);
  });

  test('what a dropped transport says afterwards changes nothing', async () => {
    const world = createWorld();
    world.driver.use(world.user);
    const [first] = world.opened;
    first?.report.onFailed(1006);
    first?.report.onFailed(1006);
    first?.report.onOpen();
    expect(world.driver.get()).toMatchObject({ name: 'waiting', strikes: 1 });
    await world.clock.turn(1000);
    first?.report.onFailed(1006);
    expect(world.driver.get().name).toBe('connecting');
  });

  test('a transport that fails while its users attach is handled after them', async () => {
    const world = createWorld();
    world.driver.use({
      attach() {
        world.last().report.onFailed(null);
        return () => undefined;
      },
    });
    expect(world.openKinds()).toEqual([]);
    expect(world.driver.get().name).toBe('waiting');
  });

  test('T6: waiting ends at once when the page is seen or the network returns', async () => {
    for (const why of ['online', 'visible'] as const) {
      const world = createWorld();
      world.driver.use(world.user);
      world.last().report.onFailed(1006);
      world.wake(why);
      expect(world.driver.get().name).toBe('connecting');
      expect(world.opened).toHaveLength(2);
      await world.clock.turn(1000);
      expect(world.opened).toHaveLength(2);
    }
  });

  test('a way that neither opens nor fails is given up after 10 s', async () => {
    const world = createWorld();
    world.driver.use(world.user);
    await world.clock.turn(10_000);
    expect(world.opened[0]?.isClosed).toBe(true);
    expect(world.driver.get().name).toBe('waiting');
  });

  test('A2: a refused token stops the tries until somebody signs in; closing ends everything', async () => {
    const world = createWorld();
    world.driver.use(world.user);
    world.driver.tokenRefused();
    await world.clock.turn(120_000);
    expect(world.openKinds()).toEqual([]);
    world.driver.signedIn();
    expect(world.openKinds()).toEqual(['websocket']);
    world.driver.close();
    expect(world.openKinds()).toEqual([]);
    expect(world.isWatched()).toBe(false);
    await world.clock.turn(120_000);
    expect(world.openKinds()).toEqual([]);
  });
});
