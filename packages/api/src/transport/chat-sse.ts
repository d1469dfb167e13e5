/**
 * What server-sent event streams need of `initTRPC.create({ sse })`: a sign of life every 10 s, and a client that makes
 * a new stream, with a fresh token and from its place, after 20 s without one (A3).
 */
export const chatSse = {
  ping: { enabled: true, intervalMs: 10_000 },
  client: { reconnectAfterInactivityMs: 20_000 },
};
