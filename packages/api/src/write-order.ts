/**
 * S6: writes of one connection take effect in the order in which they were sent, although tRPC runs the calls of a
 * frame or a batch side by side and each waits for other things (a token, a user's row) on its way.
 *
 * Each write takes a ticket before its first await. It waits for `turn` before it enters the log writer's queue, and
 * leaves when it is in the queue or has failed. The queue keeps the order from there on.
 */
export type WriteTicket = {
  /** Resolves when every earlier write of the connection has left. */
  turn: Promise<void>;
  /** Lets the next one in. May be called more than once. */
  leave(): void;
};

const lastTurns = new WeakMap<object, Promise<void>>();

/** @param connection tRPC's context object, of which it makes one a socket and one an HTTP request */
export function takeWriteTicket(connection: object): WriteTicket {
  const turn = lastTurns.get(connection) ?? Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  lastTurns.set(
    connection,
    turn.then(() => promise),
  );
  return { turn, leave: resolve };
}
