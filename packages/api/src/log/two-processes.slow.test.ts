import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { rooms, sql, users } from '@folkmoot/db/drizzle';
import { createTestDatabase } from '@folkmoot/db/testing';
import { expect, test } from 'vitest';
import { createWriteBatch } from './write-batch-store.ts';

const room = 'contended';
const rounds = 150;

type Report = { edits: number[]; repeated: string[]; own: number };

/** A process of its own that writes; see the script. */
function startWriter(input: object): Promise<Report> {
  const script = fileURLToPath(new URL('../testing/write-from-a-process.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--conditions=@folkmoot/source', '--import', 'tsx', script, JSON.stringify(input)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output));
      else reject(new Error(`A writer ended with ${code}.`));
    });
  });
}

test('two processes that write at once, the same sends and edits of the same message too: no hole, no double, nothing lost (R1, S2)', async () => {
  await using world = await createTestDatabase();
  const { db } = world.connect();
  const [ann, bob] = [randomUUID(), randomUUID()];
  await db.insert(rooms).values({ slug: room });
  await db.insert(users).values([
    { id: ann, username: 'ann', name: 'Ann' },
    { id: bob, username: 'bob', name: 'Bob' },
  ]);
  const messageId = randomUUID();
  const first = { kind: 'send', messageId, actorId: ann, text: 'edited by both', clientMessageId: null } as const;
  await createWriteBatch(db)(room, [first]);

  const clientMessageIds = Array.from({ length: rounds }, () => randomUUID());
  const shared = { url: world.url, room, ann, bob, messageId, clientMessageIds };
  const reports = await Promise.all(['one', 'two'].map((name) => startWriter({ ...shared, name })));

  const events = await db.execute<{ seq: string; type: string; id: string }>(
    sql`select e.seq, e.type, e.message_id as id from folkmoot.room_events e where e.room_id = ${room} order by e.seq`,
  );
  // The first, each send of both once, and of each process its own sends and its edits.
  expect(events).toHaveLength(1 + rounds + 2 * rounds + 2 * rounds);
  expect(events.map(({ seq }) => Number(seq))).toEqual(events.map((_, index) => index + 1));
  // Both were told the same ids for the same sends.
  expect(reports[0]?.repeated).toEqual(reports[1]?.repeated);
  expect(new Set(reports[0]?.repeated).size).toBe(rounds);
  const edits = events.filter(({ type }) => type === 'message-edited').map(({ seq }) => Number(seq));
  expect(reports.flatMap((report) => report.edits).toSorted((a, b) => a - b)).toEqual(edits);

  const [counts] = await db.execute(sql`
    select r.last_seq::integer as head, r.message_rows::integer as rows, r.total_messages::integer as total,
      r.total_users::integer as users, (select version::integer from folkmoot.community_chat where id = ${messageId}) as version
    from folkmoot.rooms r where slug = ${room}
  `);
  expect(counts).toEqual({
    head: events.length,
    rows: 1 + 3 * rounds,
    total: 1 + 3 * rounds,
    users: 2,
    version: edits.at(-1),
  });
});
