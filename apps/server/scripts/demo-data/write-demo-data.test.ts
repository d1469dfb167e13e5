import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { connectDatabase } from '@folkmoot/db';
import { createTestDatabase } from '@folkmoot/db/testing';
import { expect, test } from 'vitest';
import { signTestToken, startTestServer } from '../../test/start-test-server.ts';
import { createDemoPast } from './create-demo-past.ts';
import { readDemoOptions } from './read-demo-options.ts';
import { writeDemoData } from './write-demo-data.ts';

const nowMs = Date.UTC(2026, 5, 30, 12);
const options = { seed: 5, messages: 1_000, days: 60, untilMs: nowMs };

async function readRows(url: string, room: string) {
  const { sql, close } = connectDatabase({ url });
  const messages = await sql`
    select c.id, c.seq, c.version, u.name, c.message, c.edited_at, c.is_deleted, c.created_at
    from folkmoot.community_chat c join folkmoot.users u on u.id = c.user_id where c.room_id = ${room} order by c.seq`;
  const events = await sql`
    select seq, type, message_id, actor_id, at from folkmoot.room_events where room_id = ${room} order by seq`;
  await close();
  return { messages: [...messages], events: [...events] };
}

test('the same seed writes the same twice, and clients of a running server read and see it', async () => {
  await using database = await createTestDatabase();
  await using server = await startTestServer({ sharing: database, rooms: ['main-chat', 'demo'] });
  const { db } = database.connect();
  const { events } = await writeDemoData(db, { ...options, room: 'main-chat' });
  await writeDemoData(db, { ...options, room: 'demo' });

  const rows = await readRows(database.url, 'main-chat');
  expect(await readRows(database.url, 'demo')).toEqual(rows);
  expect(rows.messages).toHaveLength(1_000);
  expect(rows.events).toHaveLength(events);
  expect(rows.events).toHaveLength([...createDemoPast(options)].length);

  await using client = server.stockClient(await signTestToken({ sub: 'ann', name: 'Ann' }));
  const page = await client.trpc.chat.history.query({ room: 'demo', limit: 50 });
  expect(page.messages).toHaveLength(50);
  expect(page.position.endsWith(`.${events}`)).toBe(true);
  const stats = await client.trpc.chat.stats.query({ room: 'demo' });
  expect(stats.totalMessages).toBe(rows.messages.filter((row) => !row['is_deleted']).length);
});

test('a room that has messages is left as it is, with a word about another one', async () => {
  await using database = await createTestDatabase();
  const { db } = database.connect();
  await writeDemoData(db, { ...options, messages: 3, room: 'main-chat' });
  const before = await readRows(database.url, 'main-chat');
  await expect(writeDemoData(db, { ...options, room: 'main-chat' })).rejects.toThrow(/already has messages.*--room/);
  expect(await readRows(database.url, 'main-chat')).toEqual(before);
});

test('it can be stopped between two commits', async () => {
  await using database = await createTestDatabase();
  const { db } = database.connect();
  const stop = new AbortController();
  const stopped = writeDemoData(db, {
    ...options,
    room: 'main-chat',
    onProgress: () => stop.abort(new Error('enough')),
    signal: stop.signal,
  });
  await expect(stopped).rejects.toThrow('enough');
  const { events } = await readRows(database.url, 'main-chat');
  expect(events.length).toBeGreaterThan(0);
  expect(events.length).toBeLessThan(1_000);
});

test('options that make no sense are refused in a sentence', () => {
  const read = (...args: string[]) => readDemoOptions(args, nowMs);
  expect(read()).toEqual({ room: 'main-chat', messages: 20_000, days: 60, seed: 1, untilMs: nowMs });
  expect(read('--messages', '1000000', '--room', 'big', '--seed', '7')).toMatchObject({ messages: 1_000_000, seed: 7 });
  expect(read('--help')).toBeUndefined();
  for (const messages of ['0', '-1', '1e3', 'many', '99999999']) {
    expect(() => read(`--messages=${messages}`)).toThrow('--messages must be a whole number');
  }
  expect(() => read('--room', 'Main Chat')).toThrow('--room must be');
  expect(() => read('--until', '2126-01-01')).toThrow('--until must be a time of the past');
  expect(() => read('--until', 'tomorrow')).toThrow('--until must be a time of the past');
});

test('as a process it prints plain progress into a pipe, and a sentence where it cannot', async () => {
  await using database = await createTestDatabase();
  const script = fileURLToPath(new URL('../demo-data.ts', import.meta.url));
  const run = async () => {
    const child = spawn(
      process.execPath,
      [
        '--conditions=@folkmoot/source',
        '--import',
        'tsx',
        script,
        '--messages',
        '300',
        '--until',
        '2026-01-31T18:00:00Z',
      ],
      { env: { ...process.env, DATABASE_URL: database.url }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    return { stdout, stderr, code: code as number };
  };
  const first = await run();
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(/^300 messages \(\d+ events\) are in the room main-chat: /);
  expect(first.stderr).toContain('100% | 300 of 300');
  expect(first.stderr).not.toContain('\u001B');

  const second = await run();
  expect(second.code).toBe(1);
  expect(second.stderr.trim().split('\n').at(-1)).toMatch(/already has messages/);
  expect((await readRows(database.url, 'main-chat')).messages).toHaveLength(300);
}, 60_000);
