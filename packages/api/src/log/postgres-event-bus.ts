import type { DatabaseClient, DatabaseConnection } from '@folkmoot/db';
import { type ChatLogger, silentLogger } from '../chat-logger.ts';
import { type Clock, systemClock } from '../clock.ts';
import { describeError } from '../errors/describe-error.ts';
import { createBusHeartbeat } from './bus-heartbeat.ts';
import { decodeHint, encodeHint } from './bus-hint.ts';
import type { EventBus } from './event-bus.ts';
import { HintListeners } from './hint-listeners.ts';
import { OutgoingHints } from './outgoing-hints.ts';

const channel = 'folkmoot';
/** PostgreSQL takes 7,999 bytes; a hint carries no events here, which would all go through one queue of the server. */
const maxPayloadBytes = 7_900;

/** Two connections, one to tell and one to hear, and who this node is. */
export type PostgresEventBusOptions = {
  /** Where NOTIFY is sent: a pool, which may go through a pooler. */
  notify: DatabaseClient;
  /**
   * Makes the connection that LISTENs, with one connection at most, again for each try. It must lead to the server
   * itself or through a pooler in session mode (DATABASE_LISTEN_URL); where it does not, this node hears nothing and
   * polls (R10).
   */
  connect: () => DatabaseConnection;
  /** This node and its start: a name that no other has (P3). */
  source: string;
  clock?: Clock;
  logger?: ChatLogger;
};

/**
 * A bus on PostgreSQL's NOTIFY. A notification is sent after the commit that it tells of, never in its transaction,
 * where it would take a lock that all databases of the server share.
 *
 * A connection that LISTENs and is cut off says nothing: hence the heartbeat, which makes a new one when what this
 * node sends no longer comes back.
 */
export function createPostgresEventBus(options: PostgresEventBusOptions): EventBus {
  const { notify, connect, source, clock = systemClock, logger = silentLogger } = options;
  const listeners = new HintListeners(logger);
  const outgoing = new OutgoingHints();
  const beatChannel = `${channel}_${source}`;
  let listening: DatabaseConnection | undefined;
  let isSending = false;
  let isBeatDue = false;
  let isClosed = false;
  let hasFailed = false;

  async function listen(): Promise<void> {
    const connection = connect();
    listening = connection;
    const isCurrent = (): boolean => listening === connection && !isClosed;
    await connection.sql.listen(
      channel,
      (payload) => {
        const hint = isCurrent() ? decodeHint(payload) : undefined;
        if (hint) listeners.deliver(hint);
      },
      () => {
        if (isCurrent()) listeners.tellGap();
      },
    );
    await connection.sql.listen(
      beatChannel,
      () => {
        if (isCurrent()) heard();
      },
      beat,
    );
  }

  function beat(): void {
    isBeatDue = true;
    sendSoon();
  }

  function heard(): void {
    heartbeat.heard();
    if (hasFailed) logger.warn({}, 'notifications of PostgreSQL come through again');
    hasFailed = false;
  }

  function listenAnew(): void {
    if (isClosed) return;
    if (!hasFailed) logger.warn({}, 'notifications of PostgreSQL do not come through: polling until they do');
    hasFailed = true;
    drop();
    open();
  }

  function open(): void {
    const failed = (error: unknown): void => {
      // The heartbeat tries again.
      if (!isClosed) logger.warn(describeError(error), 'cannot listen to PostgreSQL');
    };
    listen().catch(failed);
  }

  function drop(): void {
    const gone = listening;
    listening = undefined;
    gone?.close().catch(() => undefined);
  }

  /** One round trip at a time: whatever is published meanwhile goes together with the next. */
  async function send(): Promise<void> {
    while ((!outgoing.isEmpty || isBeatDue) && !isClosed) {
      const payloads = outgoing.takeAll().map((hint) => encodeHint(hint, maxPayloadBytes));
      const fitting = payloads.filter((payload) => Buffer.byteLength(payload) <= maxPayloadBytes);
      const channels = fitting.map(() => channel);
      if (isBeatDue) {
        isBeatDue = false;
        fitting.push('');
        channels.push(beatChannel);
      }
      await notify`select pg_notify(c, p) from unnest(${channels}::text[], ${fitting}::text[]) as t (c, p)`;
    }
  }

  function sendSoon(): void {
    if (isSending || isClosed) return;
    isSending = true;
    send()
      // A hint that is lost costs a poll (R10); the database's absence is told by whoever needs it.
      .catch(() => undefined)
      .finally(() => {
        isSending = false;
      });
  }

  const heartbeat = createBusHeartbeat({
    clock,
    beat,
    onSilence: listenAnew,
  });
  open();

  return {
    publish(hint) {
      if (isClosed) return;
      outgoing.add(hint);
      sendSoon();
    },
    listen: (room, onHint) => listeners.listen(room, onHint),
    onGap: (handler) => listeners.onGap(handler),
    isUp: () => heartbeat.isUp(),
    async close() {
      if (isClosed) return;
      isClosed = true;
      heartbeat.close();
      listeners.clear();
      await listening?.close();
    },
  };
}
