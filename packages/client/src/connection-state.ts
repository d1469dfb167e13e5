/** From the best to the one that works wherever HTTP does. */
export type TransportKind = 'websocket' | 'sse' | 'polling';
/**
 * - `idle`: no room is open;
 * - `connecting`: a transport is being opened;
 * - `connected`;
 * - `probing`: connected, and a WebSocket is tried beside it;
 * - `waiting`: for the next try (T6);
 * - `refused`: the token is not good, so there is no next try before somebody signs in;
 * - `closed`: for ever.
 */
export type ConnectionName = 'idle' | 'connecting' | 'connected' | 'probing' | 'waiting' | 'refused' | 'closed';

/** How a chat is connected. Immutable: a change is another object. */
export type Connection = {
  name: ConnectionName;
  /** In use, or the one that is tried (next); beside it a WebSocket is tried while `probing`. */
  transport: TransportKind;
  /** Tries since it was last steady: what the back-off counts (T6). */
  attempt: number;
  /** Failures that speak against the transport: so many, and the next one has its turn. */
  strikes: number;
  /** WebSockets tried in vain beside a lesser transport. */
  probes: number;
};

/** What `opened` and `failed` are about. */
export type ConnectionReport = {
  /** Which of the two while probing. */
  transport: TransportKind;
  /** The code of a WebSocket's close, where there was one. */
  code: number | null;
};
export type ConnectionEvent =
  | ({ type: 'opened' | 'failed' } & ConnectionReport)
  | { type: 'want' | 'unwant' | 'timer' | 'online' | 'visible' | 'expired' | 'refused' | 'signedIn' | 'close' };

export type ConnectionEffect =
  /** Opens a transport, with a token that is fetched for it. */
  | { type: 'open'; transport: TransportKind }
  | { type: 'drop'; transport: TransportKind }
  /** A `timer` event follows, unless another state object comes first. */
  | { type: 'wait'; ms: number };

export const initialConnection: Connection = {
  name: 'idle',
  transport: 'websocket',
  attempt: 0,
  strikes: 0,
  probes: 0,
};
