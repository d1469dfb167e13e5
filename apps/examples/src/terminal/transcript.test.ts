import { buildMessage } from '@folkmoot/api/testing';
import type { RoomSnapshot } from '@folkmoot/client';
import type { Message, User } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { createTranscript } from './transcript.ts';

const ann: User = { id: 'a', username: 'ann', name: 'Ann', isGuest: false };
const eve: User = { id: 'e', username: 'eve', name: 'Eve\u001B[2J\u202E', isGuest: true };

function message(seq: number, text: string, more: Partial<Message> = {}): Message {
  const at = new Date(2026, 0, 5, 9, 30);
  return buildMessage(seq, { message: text, userId: ann.id, user: ann, createdAt: at, updatedAt: at, ...more });
}

function snapshot(messages: Message[], users: User[] = [ann], more: Partial<RoomSnapshot> = {}): RoomSnapshot {
  return {
    rows: messages.map((one) => ({ key: one.id, message: one, pending: null, state: 'sent' })),
    isLoaded: true,
    isLive: true,
    hasOlder: false,
    isLoadingOlder: false,
    olderProblem: null,
    presence: { count: users.length, users, version: { source: 's', n: 1 } },
    typers: [],
    problem: null,
    ...more,
  };
}

test('each message is told once, each change of it as a line of its own', () => {
  const transcript = createTranscript(ann.id);
  expect(transcript.next(snapshot([message(1, 'hello')]))).toEqual([
    '09:30 Ann: hello',
    '· Nobody else is here',
    '· connected',
  ]);
  expect(transcript.next(snapshot([message(1, 'hello')]))).toEqual([]);
  const edited = message(1, 'hello\nworld', { version: 2 });
  expect(transcript.next(snapshot([edited, message(3, 'next')]))).toEqual([
    '09:30 Ann · edited: hello',
    '      world',
    '09:30 Ann: next',
  ]);
  const deleted = message(3, '', { version: 4, isDeleted: true });
  expect(transcript.next(snapshot([edited, deleted]))).toEqual(['09:30 Ann · deleted']);
});

test('of the time before it tells the last twenty messages, and nothing of what was deleted', () => {
  const past = Array.from({ length: 50 }, (_, index) => message(index + 1, `line ${index + 1}`));
  past[49] = message(50, '', { isDeleted: true });
  const lines = createTranscript(ann.id).next(snapshot(past));
  expect(lines.slice(0, 19)).toEqual(past.slice(30, 49).map((one) => `09:30 Ann: ${one.message}`));
  expect(lines).toHaveLength(21);
});

test('it tells who comes and goes, and that the connection does', () => {
  const transcript = createTranscript(ann.id);
  const bob = { ...ann, id: 'b', name: 'Bob' };
  transcript.next(snapshot([]));
  expect(transcript.next(snapshot([], [ann, bob]))).toEqual(['→ Bob is here']);
  expect(transcript.next(snapshot([], [bob]))).toEqual([]);
  expect(transcript.next(snapshot([], [ann]))).toEqual(['← Bob has left']);
  expect(transcript.next(snapshot([], [ann], { isLive: false }))).toEqual(['· the connection is lost; trying again']);
  expect(transcript.next(snapshot([], [ann]))).toEqual(['· connected']);
});

test('nothing that somebody wrote or calls themselves reaches the terminal as a command', () => {
  const attack = message(1, '\u001B]0;owned\u0007 \u009B2J \r\u202Egnp.exe', { user: eve, userId: eve.id });
  const lines = createTranscript(ann.id).next(snapshot([attack], [ann, eve]));
  expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  expect(lines[0]).toBe('09:30 Eve[2J (guest): ]0;owned 2J gnp.exe');
});
