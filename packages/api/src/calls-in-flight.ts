type Calls = { count: number; idle: PromiseWithResolvers<void> | undefined };

const callsOf = new WeakMap<object, Calls>();

/** Counts a call of a connection until the returned function is called. */
export function enterCall(connection: object): () => void {
  const calls = callsOf.get(connection) ?? { count: 0, idle: undefined };
  callsOf.set(connection, calls);
  calls.count++;
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    calls.count--;
    if (calls.count > 0) return;
    calls.idle?.resolve();
    calls.idle = undefined;
  };
}

/**
 * Resolves when no query or mutation of this connection is under way, at once when none is: what a server waits for
 * before it closes a socket whose token has expired (A3). Streams do not count.
 *
 * @param connection tRPC's context object, of which it makes one a socket and one an HTTP request
 */
export function whenCallsDone(connection: object): Promise<void> {
  const calls = callsOf.get(connection);
  if (!calls || calls.count === 0) return Promise.resolve();
  calls.idle ??= Promise.withResolvers<void>();
  return calls.idle.promise;
}
