import { type ChatLogger, silentLogger } from '../chat-logger.ts';
import { type Clock, systemClock } from '../clock.ts';
import { describeError } from '../errors/describe-error.ts';
import { createBusHeartbeat } from './bus-heartbeat.ts';
import { decodeHint, encodeHint } from './bus-hint.ts';
import type { EventBus } from './event-bus.ts';
import { HintListeners } from './hint-listeners.ts';
import { connectRedis } from '../redis/connect-redis.ts';
import { parseRedisUrl } from '../redis/redis-url.ts';

/** Larger batches go without their events: who hears of them reads the log. */
const maxHintBytes = 32 * 1024;
/** What may be on its way to a Redis that does not answer; beyond, hints are lost until the heartbeat reconnects. */
const maxUnanswered = 1_000;

/** Where Redis is, and who this node is. */
export type RedisEventBusOptions = {
  /** `redis://` or `rediss://`; several addresses, or `?cluster=true`, for a cluster. Throws RangeError for others. */
  url: string;
  /** This node and its start: a name that no other has (P3). */
  source: string;
  clock?: Clock;
  logger?: ChatLogger;
  random?: () => number;
};

/**
 * A bus on Redis' publish and subscribe: a channel a room, so that a node hears only rooms that it serves; sharded on a
 * cluster. Nothing is stored in Redis. While it is away hints are lost and nodes poll (R10); ioredis connects again, and
 * the heartbeat makes it do so where a connection is open and dead.
 *
 * Channels bear the number of the database in the URL, so that two installations may share a Redis.
 */
export function createRedisEventBus(options: RedisEventBusOptions): EventBus {
  const { source, clock = systemClock, logger = silentLogger } = options;
  const address = parseRedisUrl(options.url);
  const { database, isCluster } = address;
  const listeners = new HintListeners(logger);
  const prefix = `folkmoot:${database}`;
  const channelOf = (room: string): string => `${prefix}:room:${room}`;
  const beatChannel = `${prefix}:node:${source}`;
  const connecting = { random: options.random ?? Math.random, onError: fail };
  const publisher = connectRedis(address, connecting);
  const subscriber = connectRedis(address, { ...connecting, isShardedSubscriber: isCluster });
  let unanswered = 0;
  let isClosed = false;
  let hasFailed = false;

  function fail(error: unknown): void {
    if (!hasFailed && !isClosed) logger.warn(describeError(error), 'Redis cannot be used: polling until it can');
    hasFailed = true;
  }

  async function subscribe(channels: string[]): Promise<void> {
    // Once there is a connection, all rooms are subscribed to.
    if (subscriber.status !== 'ready') return;
    // A cluster takes one slot, and so one channel, at a time.
    const asked = isCluster
      ? channels.map(async (channel) => subscriber.ssubscribe(channel))
      : [subscriber.subscribe(...channels)];
    await Promise.all(asked);
    // What was published before the subscription held was not heard.
    listeners.tellGap();
  }

  function subscribeAll(): void {
    subscribe([beatChannel, ...listeners.rooms.map(channelOf)]).then(beat, fail);
  }

  function beat(): void {
    send(beatChannel, '').catch(fail);
  }

  async function send(channel: string, text: string): Promise<void> {
    if (isClosed || publisher.status !== 'ready' || unanswered >= maxUnanswered) return;
    unanswered++;
    try {
      await (isCluster ? publisher.spublish(channel, text) : publisher.publish(channel, text));
    } finally {
      unanswered--;
    }
  }

  function hear(channel: string, text: string): void {
    if (isClosed) return;
    if (channel === beatChannel) {
      heartbeat.heard();
      if (hasFailed) logger.warn({}, 'Redis answers again');
      hasFailed = false;
      return;
    }
    const hint = decodeHint(text);
    if (hint && channelOf(hint.room) === channel) listeners.deliver(hint);
  }

  subscriber.on('ready', subscribeAll);
  subscriber.on(isCluster ? 'smessage' : 'message', hear);
  const heartbeat = createBusHeartbeat({
    clock,
    beat,
    onSilence() {
      fail(new Error('The heartbeat does not come back.'));
      for (const client of [publisher, subscriber]) client.disconnect(true);
    },
  });

  return {
    publish(hint) {
      // A hint that is lost costs a poll (R10).
      send(channelOf(hint.room), encodeHint(hint, maxHintBytes)).catch(fail);
    },
    listen(room, onHint) {
      const isFirst = !listeners.has(room);
      const unlisten = listeners.listen(room, onHint);
      if (isFirst) subscribe([channelOf(room)]).catch(fail);
      return () => {
        const wasHeard = listeners.has(room);
        unlisten();
        if (!wasHeard || listeners.has(room)) return;
        const channel = channelOf(room);
        const left = isCluster ? subscriber.sunsubscribe(channel) : subscriber.unsubscribe(channel);
        left.catch(() => undefined);
      };
    },
    onGap: (handler) => listeners.onGap(handler),
    isUp: () => heartbeat.isUp(),
    close() {
      isClosed = true;
      heartbeat.close();
      listeners.clear();
      for (const client of [publisher, subscriber]) client.disconnect();
      return Promise.resolve();
    },
  };
}
