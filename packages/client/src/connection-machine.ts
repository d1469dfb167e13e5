import { reconnectDelayMs } from './backoff.ts';
import { closeMeaning } from './close-code-policy.ts';
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionName,
  type ConnectionReport,
  type TransportKind,
  initialConnection,
} from './connection-state.ts';

/*
 * How a client stays connected: states × events, each cell the state that follows; "." is none, nothing happens.
 *
 *              want        unwant  opened     failed      timer       online      visible     expired     refused  signedIn    close
 *  idle        connecting  .       .          .           .           .           .           .           .        .           closed
 *  connecting  .           idle    connected  waiting     waiting     connecting  .           renewed     refused  connecting  closed
 *  connected   .           idle    .          waiting     (1)         connecting  .           renewed     refused  connecting  closed
 *  probing     .           idle    connected  (2)         connected   connecting  .           renewed     refused  connecting  closed
 *  waiting     .           idle    .          .           connecting  connecting  connecting  .           refused  connecting  closed
 *  refused     .           idle    .          .           .           .           .           .           .        connecting  closed
 *  closed      .           .       .          .           .           .           .           .           .        .           .
 *
 *  (1) over WebSocket it has proved steady and stays; over a lesser transport: probing, a WebSocket is tried beside it
 *  (2) the probe: connected, as before; the transport that it stands beside: waiting
 *  renewed: connecting with a fresh token, but waiting when that has just been done, for the clocks may differ
 *
 * Where the client is in the rooms is no part of it: positions live above the transports, which come and go (T2).
 */

export type Transition = { next: Connection; effects: readonly ConnectionEffect[] };
type Step = (now: Connection, report: ConnectionReport, random: number) => Transition;

const openTimeoutMs = 10_000;
/** A connection that lived so long was a good one: failures count from the start again. */
const steadyMs = 60_000;
const maxProbeDelayMs = 600_000;
/** Strikes until each transport has had its turn; then it begins again with WebSocket. */
const turns: readonly { transport: TransportKind; until: number }[] = [
  { transport: 'websocket', until: 3 },
  { transport: 'sse', until: 5 },
  { transport: 'polling', until: 6 },
];

/** With which a transport's turn begins: one that has proved steady has all its strikes before it again. */
function strikesBefore(transport: TransportKind): number {
  return turns[turns.findIndex((turn) => turn.transport === transport) - 1]?.until ?? 0;
}

const stay: Step = (now) => ({ next: now, effects: [] });

/** Every transport that the state has open, or is opening. */
function openTransports({ name, transport }: Connection): TransportKind[] {
  if (name === 'connecting' || name === 'connected') return [transport];
  return name === 'probing' ? [transport, 'websocket'] : [];
}

function leave(now: Connection, next: Connection, effects: readonly ConnectionEffect[] = []): Transition {
  const drops = openTransports(now).map((transport) => ({ type: 'drop', transport }) as const);
  return { next, effects: [...drops, ...effects] };
}

function connect(now: Connection, change: Partial<Connection> = {}): Transition {
  const next = { ...now, ...change, name: 'connecting' } as const;
  return leave(now, next, [
    { type: 'open', transport: next.transport },
    { type: 'wait', ms: openTimeoutMs },
  ]);
}

function settle(now: Connection, random: number, change: Partial<Connection> = {}): Transition {
  const next = { ...now, ...change, name: 'connected' } as const;
  // Between half and all of it, or the clients of one blocked office would knock together.
  const probeMs = Math.min(maxProbeDelayMs, steadyMs * 2 ** next.probes) * (0.5 + random / 2);
  return { next, effects: [{ type: 'wait', ms: next.transport === 'websocket' ? steadyMs : probeMs }] };
}

function backOff(now: Connection, random: number, strikes: number): Transition {
  const counted = strikes % (turns.at(-1)?.until ?? 1);
  const transport = turns.find(({ until }) => counted < until)?.transport ?? 'websocket';
  const next = { ...now, name: 'waiting', transport, strikes: counted, attempt: now.attempt + 1 } as const;
  return leave(now, next, [{ type: 'wait', ms: reconnectDelayMs(now.attempt, random) }]);
}

const start: Step = (now) => connect(now);
const stop: Step = (now) => leave(now, { ...initialConnection, name: 'idle' });
const close: Step = (now) => leave(now, { ...initialConnection, name: 'closed' });
const giveUp: Step = (now) => leave(now, { ...now, name: 'refused' });
/** Another network, perhaps: what was learnt about the old one counts no more. */
const startAfresh: Step = (now) => connect(now, initialConnection);
const strike: Step = (now, _, random) => backOff(now, random, now.strikes + 1);
const renew: Step = (now, _, random) =>
  now.attempt === 0 ? connect(now, { attempt: 1 }) : backOff(now, random, now.strikes);
const lose: Step = (now, report, random) => {
  const meaning = closeMeaning(report.code);
  if (meaning === 'refresh') return renew(now, report, random);
  return backOff(now, random, meaning === 'strike' ? now.strikes + 1 : now.strikes);
};
const endProbe: Step = (now, _, random) => {
  const back = settle(now, random, { probes: now.probes + 1 });
  return { ...back, effects: [{ type: 'drop', transport: 'websocket' }, ...back.effects] };
};

const table = {
  idle: {
    want: start,
    unwant: stay,
    opened: stay,
    failed: stay,
    timer: stay,
    online: stay,
    visible: stay,
    expired: stay,
    refused: stay,
    signedIn: stay,
    close,
  },
  connecting: {
    want: stay,
    unwant: stop,
    opened: (now, _, random) => settle(now, random),
    failed: lose,
    timer: strike,
    online: startAfresh,
    visible: stay,
    expired: renew,
    refused: giveUp,
    signedIn: start,
    close,
  },
  connected: {
    want: stay,
    unwant: stop,
    opened: stay,
    failed: lose,
    timer: (now) =>
      now.transport === 'websocket'
        ? { next: { ...now, attempt: 0, strikes: 0, probes: 0 }, effects: [] }
        : {
            next: { ...now, name: 'probing', attempt: 0, strikes: strikesBefore(now.transport) },
            effects: [
              { type: 'open', transport: 'websocket' },
              { type: 'wait', ms: openTimeoutMs },
            ],
          },
    online: startAfresh,
    visible: stay,
    expired: renew,
    refused: giveUp,
    signedIn: start,
    close,
  },
  probing: {
    want: stay,
    unwant: stop,
    opened(now, { transport }, random) {
      if (transport !== 'websocket') return stay(now, { transport, code: null }, random);
      const moved = settle(now, random, { transport, strikes: 0 });
      return { ...moved, effects: [{ type: 'drop', transport: now.transport }, ...moved.effects] };
    },
    failed: (now, report, random) =>
      report.transport === 'websocket' ? endProbe(now, report, random) : lose(now, report, random),
    timer: endProbe,
    online: startAfresh,
    visible: stay,
    expired: renew,
    refused: giveUp,
    signedIn: start,
    close,
  },
  waiting: {
    want: stay,
    unwant: stop,
    opened: stay,
    failed: stay,
    timer: start,
    online: startAfresh,
    visible: start,
    expired: stay,
    refused: giveUp,
    signedIn: start,
    close,
  },
  refused: {
    want: stay,
    unwant: stop,
    opened: stay,
    failed: stay,
    timer: stay,
    online: stay,
    visible: stay,
    expired: stay,
    refused: stay,
    signedIn: start,
    close,
  },
  closed: {
    want: stay,
    unwant: stay,
    opened: stay,
    failed: stay,
    timer: stay,
    online: stay,
    visible: stay,
    expired: stay,
    refused: stay,
    signedIn: stay,
    close: stay,
  },
} as const satisfies Record<ConnectionName, Record<ConnectionEvent['type'], Step>>;

/**
 * What an event makes of a connection, and what is to be done for it. Pure: the same input gives the same answer.
 *
 * @param random from 0 up to but not including 1: the jitter of the delays (T6)
 */
export function stepConnection(now: Connection, event: ConnectionEvent, random: number): Transition {
  const step: Step = table[now.name][event.type];
  const report = event.type === 'opened' || event.type === 'failed' ? event : { transport: now.transport, code: null };
  return step(now, report, random);
}
