import { once } from 'node:events';
import fc from 'fast-check';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { entryFrame } from '../fanout-room.ts';
import { measureHeap } from '../heap.ts';
import { openClient, type RawClient, until } from '../raw-client.ts';
import { createFuzzWorld, type FuzzWorld } from './fuzz-world.ts';
import { type Session, session } from './protocol-arbitraries.ts';

const sessionsAtOnce = 12;

/**
 * Plays random sessions against both handlers for a time, beside a healthy client of each. Rejects where a healthy one
 * is disturbed, where something stays open behind the sessions, or memory grows with them. Says how many it played.
 */
export async function fuzzProtocol({ durationMs, seed }: { durationMs: number; seed: number }): Promise<number> {
  await using world = await createFuzzWorld();
  const healthy = await Promise.all(world.urls.map(async (url) => openClient(url)));
  for (const client of healthy) client.subscribe('room', 'pushed');
  const endAt = performance.now() + durationMs;
  let played = 0;
  let before: number | undefined;
  for (let round = 0; performance.now() < endAt; round++) {
    played += await playRound(world, seed + round);
    world.room.append(2);
    for (const client of healthy) await checkHealthy(client, world, round);
    // The first ones fill caches and have code compiled.
    if (before === undefined && performance.now() > endAt - durationMs * 0.7) before = await settle(world);
  }
  const grown = (await settle(world)) - (before ?? 0);
  if (before !== undefined) expect(grown).toBeLessThan(8 * 1024 * 1024);
  for (const client of healthy) client.close();
  return played;
}

/** On its own, for a function that goes on would hold on to the sessions, megabytes of text, while memory is measured. */
async function playRound({ urls }: FuzzWorld, seed: number): Promise<number> {
  const sessions = fc.sample(session, { seed, numRuns: sessionsAtOnce });
  await Promise.all(sessions.map(async (each, index) => play(each, urls[index % urls.length] ?? '')));
  return sessions.length;
}

async function checkHealthy(client: RawClient, world: FuzzWorld, round: number): Promise<void> {
  client.query(round, 'echo', round);
  const answer = JSON.stringify({ id: round, result: { type: 'data', data: round } });
  const latest = entryFrame({ id: 'room' }, world.room.head, 'x'.repeat(300));
  await until(() => client.frames.includes(answer) && client.frames.includes(latest));
  client.frames.length = 0;
}

/** Waits until nothing is left of the sessions, and measures what is. */
async function settle(world: FuzzWorld): Promise<number> {
  const healthyCount = world.urls.length;
  await until(() => world.socketCount() === healthyCount);
  await until(() => world.open.generators + world.open.observables === 0);
  await until(() => world.room.subscriberCount === healthyCount);
  return measureHeap();
}

async function play({ suffix, actions }: Session, url: string): Promise<void> {
  const socket = new WebSocket(url + suffix);
  socket.on('error', () => {});
  socket.on('message', (data) => {
    if (Buffer.isBuffer(data) && data.toString() === 'PING' && socket.readyState === socket.OPEN) socket.send('PONG');
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await Promise.race([once(socket, 'open'), closed]).catch(() => undefined);
  for (const action of actions) {
    if (socket.readyState !== socket.OPEN) break;
    if (action.do === 'text') socket.send(action.text);
    else if (action.do === 'binary') socket.send(action.bytes);
    else if (action.do === 'raw') rawSocketOf(socket)?.write(action.bytes);
    else if (action.do === 'storm') for (let sent = 0; sent < action.count; sent++) socket.send(action.text);
    else if (action.do === 'controlPing') socket.ping(action.bytes);
    else if (action.do === 'close') socket.close(action.code);
    else if (action.do === 'pause') socket.pause();
    else if (action.do === 'resume') socket.resume();
    else if (action.do === 'turn') await new Promise<void>((resolve) => setImmediate(resolve));
    else socket.terminate();
  }
  await new Promise<void>((resolve) => setImmediate(resolve));
  socket.terminate();
  await closed;
}

function rawSocketOf(socket: WebSocket): { write: (bytes: Uint8Array) => void } | undefined {
  return (socket as unknown as { _socket?: { write: (bytes: Uint8Array) => void } })._socket;
}
