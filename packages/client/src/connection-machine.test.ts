import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { seededChoices } from '../test/seeded-choices.ts';
import { closeMeaning } from './close-code-policy.ts';
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionName,
  type TransportKind,
  initialConnection,
} from './connection-state.ts';
import { stepConnection } from './connection-machine.ts';

const names = ['idle', 'connecting', 'connected', 'probing', 'waiting', 'refused', 'closed'] as const;
const kinds = [
  'want',
  'unwant',
  'opened',
  'failed',
  'timer',
  'online',
  'visible',
  'expired',
  'refused',
  'signedIn',
  'close',
] as const;

const event = (
  type: ConnectionEvent['type'],
  transport: TransportKind = 'websocket',
  code: number | null = null,
): ConnectionEvent => (type === 'opened' || type === 'failed' ? { type, transport, code } : { type });
const state = (name: ConnectionName, change: Partial<Connection> = {}): Connection => ({
  ...initialConnection,
  name,
  ...change,
});
/** Runs the events one after the other, with the greatest jitter below one. */
function run(from: Connection, ...events: ConnectionEvent[]) {
  let next = from;
  let effects: readonly ConnectionEffect[] = [];
  for (const one of events) ({ next, effects } = stepConnection(next, one, 0.999));
  return { ...next, effects };
}

/** The drawing at the head of the file, by state and event. */
function readDrawing(): Map<string, string> {
  const source = readFileSync(new URL('connection-machine.ts', import.meta.url), 'utf8');
  const lines = source.split('\n').map((line) => line.replace(/^ \*\s+/, '').split(/\s+/));
  const cells = new Map<string, string>();
  for (const name of names) {
    const line = lines.find(([first, ...rest]) => first === name && rest.length === kinds.length);
    line?.slice(1).forEach((cell, index) => cells.set(`${name} ${kinds[index]}`, cell));
  }
  return cells;
}

describe('the connection', () => {
  const drawing = readDrawing();
  test('every state × event of the drawing is there', () => expect(drawing.size).toBe(names.length * kinds.length));

  test.each(names.flatMap((name) => kinds.map((kind) => [name, kind] as const)))(
    '%s × %s goes where the drawing says',
    (name, kind) => {
      const cell = drawing.get(`${name} ${kind}`) ?? '';
      for (const transport of ['websocket', 'sse', 'polling'] as const) {
        if (name === 'probing' && transport === 'websocket') continue;
        const now = state(name, { transport });
        const { next, effects } = stepConnection(now, event(kind), 0.5);
        if (cell === '.') {
          expect(next).toBe(now);
          expect(effects).toEqual([]);
        } else if (cell === '(1)') expect(next.name).toBe(transport === 'websocket' ? 'connected' : 'probing');
        else if (cell === '(2)') {
          expect(next).toMatchObject({ name: 'connected', transport, probes: 1 });
          expect(stepConnection(now, event(kind, transport), 0.5).next.name).toBe('waiting');
        } else if (cell === 'renewed') {
          expect(next.name).toBe('connecting');
          expect(stepConnection(state(name, { transport, attempt: 1 }), event(kind), 0.5).next.name).toBe('waiting');
        } else expect(next.name).toBe(cell);
      }
    },
  );

  test('T2: WebSocket three times, then SSE twice, then polling, then WebSocket again', () => {
    const tried: string[] = [];
    let now = run(state('idle'), event('want')) as Connection;
    for (let tries = 0; tries < 8; tries++) {
      tried.push(now.transport);
      now = run(now, event('failed', now.transport), event('timer'));
    }
    expect(tried).toEqual(['websocket', 'websocket', 'websocket', 'sse', 'sse', 'polling', 'websocket', 'websocket']);
  });

  test('T2: a server that ends connections and says why is no reason to leave WebSocket', () => {
    for (const code of [1011, 1012, 1013, 4000, 4001, 4408, 4409]) {
      expect(run(state('connected', { strikes: 2 }), event('failed', 'websocket', code))).toMatchObject({
        name: 'waiting',
        transport: 'websocket',
        strikes: 2,
      });
    }
    for (const code of [null, 1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1015, 3000, 3999, 4500]) {
      expect(run(state('connected', { strikes: 2 }), event('failed', 'websocket', code)).transport).toBe('sse');
    }
  });

  test('A3: 4401 is answered with a fresh token at once, and with growing delay when that does not help', () => {
    const renewed = run(state('connected'), event('failed', 'websocket', 4401));
    expect(renewed).toMatchObject({ name: 'connecting', strikes: 0 });
    expect(renewed.effects).toEqual([
      { type: 'drop', transport: 'websocket' },
      { type: 'open', transport: 'websocket' },
      { type: 'wait', ms: 10_000 },
    ]);
    const again = run(renewed, event('opened'), event('failed', 'websocket', 4401));
    expect(again).toMatchObject({ name: 'waiting', strikes: 0 });
    expect(closeMeaning(4401)).toBe('refresh');
  });

  test('T6: the delays have full jitter, grow to 30 s, and start over only after a steady minute', () => {
    const delays = [0, 1, 2, 3, 4, 5, 6].map((attempt) =>
      run(state('connected', { attempt }), event('failed')).effects.at(-1),
    );
    expect(delays.map((effect) => (effect?.type === 'wait' ? effect.ms : 0))).toEqual([
      999, 1998, 3996, 7992, 15_984, 29_970, 29_970,
    ]);
    expect(stepConnection(state('connected', { attempt: 6 }), event('failed'), 0).effects.at(-1)).toEqual({
      type: 'wait',
      ms: 0,
    });
    expect(run(state('connecting', { attempt: 4 }), event('opened')).attempt).toBe(4);
    expect(run(state('connecting', { attempt: 4 }), event('opened'), event('timer')).attempt).toBe(0);
  });

  test('T2: on a lesser transport WebSocket is tried beside it, ever more rarely, and taken when it opens', () => {
    let now: Connection = run(state('connecting', { transport: 'sse', strikes: 3 }), event('opened', 'sse'));
    const waits: number[] = [];
    for (let probes = 0; probes < 6; probes++) {
      const probing = run(now, event('timer'));
      expect(probing.effects).toContainEqual({ type: 'open', transport: 'websocket' });
      const back = run(probing, event(probes % 2 ? 'timer' : 'failed'));
      expect(back.effects[0]).toEqual({ type: 'drop', transport: 'websocket' });
      waits.push(back.effects[1]?.type === 'wait' ? Math.ceil(back.effects[1].ms / 60_000) : 0);
      now = back;
    }
    expect(waits).toEqual([2, 4, 8, 10, 10, 10]);
    const moved = run(now, event('timer'), event('opened', 'websocket'));
    expect(moved).toMatchObject({ name: 'connected', transport: 'websocket', strikes: 0 });
    expect(moved.effects[0]).toEqual({ type: 'drop', transport: 'sse' });
  });

  test('T2: a lesser transport that has proved steady is not left for a few failures over days', () => {
    let now: Connection = state('connected', { transport: 'sse', strikes: 3 });
    for (let days = 0; days < 5; days++) {
      now = run(now, event('failed', 'sse'));
      expect(now).toMatchObject({ name: 'waiting', transport: 'sse', strikes: 4 });
      now = run(now, event('timer'), event('opened', 'sse'), event('timer'), event('failed', 'websocket'));
      expect(now).toMatchObject({ name: 'connected', transport: 'sse', strikes: 3 });
    }
    const twice = run(now, event('failed', 'sse'), event('timer'), event('failed', 'sse'));
    expect(twice).toMatchObject({ name: 'waiting', transport: 'polling' });
    expect(run(state('connected', { transport: 'polling', strikes: 5 }), event('timer')).strikes).toBe(5);
  });

  test('in 500 random walks what is open is what the state says, and a wanted connection always goes on', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = seededChoices(seed);
      const open = new Set<string>();
      let now = initialConnection;
      let hasTimer = false;
      for (let steps = 0; steps < 60; steps++) {
        const kind = random.pick(random.chance(0.02) ? kinds : kinds.slice(0, -1)) ?? 'want';
        const code = random.pick([null, 1006, 1012, 4000, 4401]) ?? null;
        const about = random.pick(['websocket', now.transport] as const) ?? 'websocket';
        const { next, effects } = stepConnection(now, event(kind, about, code), random.next());
        if (next !== now) hasTimer = false;
        for (const effect of effects) {
          if (effect.type === 'open') {
            expect(open.has(effect.transport), `seed ${seed}: opened twice`).toBe(false);
            open.add(effect.transport);
          } else if (effect.type === 'drop') {
            expect(open.delete(effect.transport), `seed ${seed}: dropped what was not open`).toBe(true);
          } else {
            hasTimer = true;
            expect(effect.ms >= 0 && effect.ms <= 600_000).toBe(true);
          }
        }
        now = next;
        const expected = {
          connecting: [now.transport],
          connected: [now.transport],
          probing: [now.transport, 'websocket'],
        };
        expect([...open].sort(), `seed ${seed}: ${now.name}`).toEqual(
          (now.name in expected ? expected[now.name as keyof typeof expected] : []).toSorted(),
        );
        // Nothing waits for ever: but for a steady WebSocket, which its own end moves on.
        const isWaiting =
          ['connecting', 'probing', 'waiting'].includes(now.name) ||
          (now.name === 'connected' && now.transport !== 'websocket');
        if (isWaiting) expect(hasTimer, `seed ${seed}: ${now.name} is stuck`).toBe(true);
        expect(now.strikes < 6 && (now.name !== 'probing' || now.transport !== 'websocket')).toBe(true);
      }
    }
  });
});
