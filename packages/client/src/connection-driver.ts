import type { ClientClock } from './client-clock.ts';
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionEvent,
  type TransportKind,
  initialConnection,
} from './connection-state.ts';
import { stepConnection } from './connection-machine.ts';
import type { OpenTransport, Transport } from './transport.ts';
import type { WatchWakeUps } from './wake-ups.ts';

/** Something that has streams: given each transport in turn, and told to let go of the one before. */
export type StreamUser = {
  /** Opens its streams from where it is (T2). Returns what stops them. */
  attach(transport: Transport): () => void;
};

export type ChatConnection = {
  /** The same object until something changes. */
  get(): Connection;
  subscribe(listener: () => void): () => void;
  /** Keeps the connection wanted until the function that it returns is called; without users there is none. */
  use(user: StreamUser): () => void;
  /** The transport in use, if it is open. */
  find(): Transport | undefined;
  /** What the calls of others have found out. */
  tokenExpired(): void;
  tokenRefused(): void;
  /** There is another credential: connect anew with it. */
  signedIn(): void;
  close(): void;
};

export type ConnectionDriverOptions = {
  open: OpenTransport;
  clock: ClientClock;
  watchWakeUps: WatchWakeUps;
};

/** Does what the connection machine asks for: opens and drops transports, waits, and hands transports to users. */
export function createConnectionDriver({ open, clock, watchWakeUps }: ConnectionDriverOptions): ChatConnection {
  const transports = new Map<TransportKind, Transport>();
  const users = new Map<StreamUser, () => void>();
  const listeners = new Set<() => void>();
  const queue: ConnectionEvent[] = [];
  let state = initialConnection;
  let attached: Transport | undefined;
  let cancelTimer = (): void => undefined;
  let isRunning = false;

  /** One event after the other, also when doing one brings the next. */
  const dispatch = (event: ConnectionEvent): void => {
    queue.push(event);
    if (isRunning) return;
    isRunning = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) take(next);
    } finally {
      isRunning = false;
    }
  };

  const take = (event: ConnectionEvent): void => {
    const { next, effects } = stepConnection(state, event, clock.random());
    if (next === state) return;
    cancelTimer();
    state = next;
    for (const effect of effects) run(effect);
    handOver();
    for (const listener of listeners) listener();
  };

  const run = (effect: ConnectionEffect): void => {
    if (effect.type === 'wait') cancelTimer = clock.after(effect.ms, () => dispatch({ type: 'timer' }));
    else if (effect.type === 'open') openTransport(effect.transport);
    else {
      const transport = transports.get(effect.transport);
      transports.delete(effect.transport);
      if (attached === transport) detach();
      transport?.close();
    }
  };

  const openTransport = (kind: TransportKind): void => {
    // What a dropped transport still says is about nothing any more.
    const isCurrent = (): boolean => transports.get(kind) === opened;
    const report = (type: 'opened' | 'failed', code: number | null): void => {
      if (isCurrent()) dispatch({ type, transport: kind, code });
    };
    const opened: Transport = open(kind, {
      onOpen: () => report('opened', null),
      onFailed: (code) => report('failed', code),
    });
    transports.set(kind, opened);
  };

  const detach = (): void => {
    attached = undefined;
    for (const [user, stop] of users) {
      users.set(user, () => undefined);
      stop();
    }
  };

  const handOver = (): void => {
    const isInUse = state.name === 'connecting' || state.name === 'connected' || state.name === 'probing';
    const current = isInUse ? transports.get(state.transport) : undefined;
    if (current === attached) return;
    detach();
    attached = current;
    if (current) for (const user of users.keys()) users.set(user, user.attach(current));
  };

  const unwatch = watchWakeUps((why) => dispatch({ type: why }));
  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    use(user) {
      users.set(user, attached ? user.attach(attached) : () => undefined);
      dispatch({ type: 'want' });
      return () => {
        const stop = users.get(user);
        users.delete(user);
        stop?.();
        if (users.size === 0) dispatch({ type: 'unwant' });
      };
    },
    find: () => (state.name === 'connected' || state.name === 'probing' ? attached : undefined),
    tokenExpired: () => dispatch({ type: 'expired' }),
    tokenRefused: () => dispatch({ type: 'refused' }),
    signedIn: () => dispatch({ type: 'signedIn' }),
    close() {
      unwatch();
      dispatch({ type: 'close' });
    },
  };
}
