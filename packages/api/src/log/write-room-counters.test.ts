import { randomUUID } from 'node:crypto';
import { rooms, sql, users } from '@folkmoot/db/drizzle';
import { createTestDatabase, type TestDatabase } from '@folkmoot/db/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type WriteOperation, conflictKeys } from './write-batch.ts';
import { createWriteBatch, type WriteBatch } from './write-batch-store.ts';

let world: TestDatabase;
let database: ReturnType<TestDatabase['connect']>['db'];
let writers: WriteBatch[];
const authors = Array.from({ length: 4 }, () => randomUUID());

beforeAll(async () => {
  world = await createTestDatabase();
  database = world.connect().db;
  // Two nodes, as far as the database can tell.
  writers = [createWriteBatch(database), createWriteBatch(world.connect().db)];
  await database.insert(users).values(authors.map((id, index) => ({ id, name: `n${index}`, username: `u${index}` })));
});
afterAll(() => world.close());

/** Every counter beside what a fresh count of the messages gives; rows only where the two differ. */
async function findWrongCounters(room: string) {
  return database.execute(sql`
    with alive as (
      select user_id, (created_at at time zone 'UTC')::date as day, extract(hour from created_at at time zone 'UTC') as hour
      from folkmoot.community_chat where room_id = ${room} and not is_deleted
    ),
    kept as (
      select 'total' as what, '' as key, total_messages, total_users from folkmoot.rooms where slug = ${room}
      union all select 'rows', '', message_rows, last_seq from folkmoot.rooms where slug = ${room}
      union all select 'author', user_id::text, messages, 0 from folkmoot.room_authors where room_id = ${room} and messages <> 0
      union all select 'author day', user_id::text || day, messages, 0 from folkmoot.room_author_days
        where room_id = ${room} and messages <> 0
      union all select 'day', day::text, messages, users from folkmoot.room_days
        where room_id = ${room} and (messages <> 0 or users <> 0)
      union all select 'hour', day || ' ' || hour, messages, 0 from folkmoot.room_hours where room_id = ${room} and messages <> 0
    ),
    counted as (
      select 'total' as what, '' as key, count(*), count(distinct user_id) from alive
      union all select 'rows', '', count(*), (select count(*) from folkmoot.room_events where room_id = ${room})
        from folkmoot.community_chat where room_id = ${room}
      union all select 'author', user_id::text, count(*), 0 from alive group by user_id
      union all select 'author day', user_id::text || day, count(*), 0 from alive group by user_id, day
      union all select 'day', day::text, count(*), count(distinct user_id) from alive group by day
      union all select 'hour', day || ' ' || hour, count(*), 0 from alive group by day, hour
    )
    (select 'kept' as side, * from (table kept except table counted) as k)
    union all
    (select 'counted', * from (table counted except table kept) as c)
  `);
}

/** A step of the random course; numbers pick an author and one of the messages so far. */
type Step = { kind: 'send' | 'repeat' | 'edit' | 'delete'; author: number; message: number } | { kind: 'pass time' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), author: fc.nat(3), message: fc.nat(50) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('repeat' as const, 'edit' as const, 'delete' as const),
      author: fc.nat(3),
      message: fc.nat(50),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass time' as const) }) },
);

/** The room as it would be had everything so far happened a day and an hour earlier. */
async function passTime(room: string): Promise<void> {
  const span = sql`interval '25 hours'`;
  await database.transaction(async (tx) => {
    await tx.execute(sql`update folkmoot.community_chat set created_at = created_at - ${span} where room_id = ${room}`);
    await tx.execute(sql`update folkmoot.rooms set last_at = last_at - ${span} where slug = ${room}`);
    for (const table of ['room_author_days', 'room_days', 'room_hours']) {
      await tx.execute(sql`delete from ${sql.identifier('folkmoot')}.${sql.identifier(table)} where room_id = ${room}`);
    }
    const alive = sql`(
      select user_id, (created_at at time zone 'UTC')::date as day, extract(hour from created_at at time zone 'UTC')::smallint as hour
      from folkmoot.community_chat where room_id = ${room} and not is_deleted
    ) as alive`;
    await tx.execute(sql`insert into folkmoot.room_author_days (room_id, day, user_id, messages)
      select ${room}, day, user_id, count(*) from ${alive} group by day, user_id`);
    await tx.execute(sql`insert into folkmoot.room_days (room_id, day, messages, users)
      select ${room}, day, count(*), count(distinct user_id) from ${alive} group by day`);
    await tx.execute(sql`insert into folkmoot.room_hours (room_id, day, hour, messages)
      select ${room}, day, hour, count(*) from ${alive} group by day, hour`);
  });
}

test(
  'every counter equals a fresh count after any course of writes, over several days, from two nodes (R1, S4)',
  { timeout: 60_000 },
  async () => {
    let made = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 60 }),
        fc.array(fc.nat(12), { minLength: 1 }),
        async (steps, sizes) => {
          const room = `counted-${++made}`;
          await database.insert(rooms).values({ slug: room });
          const sent: Extract<WriteOperation, { kind: 'send' }>[] = [];
          let batch: WriteOperation[] = [];
          let calls = 0;

          async function flush(): Promise<void> {
            const writer = writers[calls % writers.length];
            if (batch.length > 0) await writer?.(room, batch);
            batch = [];
            calls++;
          }

          for (const step of steps) {
            if (step.kind === 'pass time') {
              await flush();
              await passTime(room);
              continue;
            }
            const actorId = authors[step.author] ?? '';
            const about = sent[step.message % Math.max(1, sent.length)];
            const fresh = {
              kind: 'send',
              messageId: randomUUID(),
              actorId,
              text: `t${step.message}`,
              clientMessageId: randomUUID(),
            } as const;
            let operation: WriteOperation = fresh;
            if (about && step.kind === 'repeat') operation = { ...about, messageId: randomUUID() };
            else if (about && step.kind === 'edit') {
              operation = {
                kind: 'edit',
                messageId: about.messageId,
                actorId: about.actorId,
                text: `e${step.message}`,
              };
            } else if (about && step.kind === 'delete') {
              operation = { kind: 'delete', messageId: about.messageId, actorId, asModerator: step.message % 2 === 0 };
            } else sent.push(fresh);

            const taken = new Set(batch.flatMap(conflictKeys));
            if (
              conflictKeys(operation).some((key) => taken.has(key)) ||
              batch.length > (sizes[calls % sizes.length] ?? 0)
            ) {
              await flush();
            }
            batch.push(operation);
          }
          await flush();
          expect(await findWrongCounters(room)).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  },
);

test(
  'two nodes at once, with repeats of the same sends and edits of the same message: no hole, no double, nothing lost (R1, S2)',
  { timeout: 60_000 },
  async () => {
    const room = 'contended';
    await database.insert(rooms).values({ slug: room });
    const [ann = '', bob = ''] = authors;
    const shared = {
      kind: 'send',
      messageId: randomUUID(),
      actorId: ann,
      text: 'shared',
      clientMessageId: null,
    } as const;
    await writers[0]?.(room, [shared]);

    const rounds = 60;
    const clientIds = Array.from({ length: rounds }, () => randomUUID());
    const versions: number[] = [];
    await Promise.all(
      writers.map(async (write, node) => {
        for (const [round, clientMessageId] of clientIds.entries()) {
          // The same send from both, an edit of the same message from both, and a send of this node's own.
          const { outcomes } = await write(room, [
            { kind: 'send', messageId: randomUUID(), actorId: bob, text: `both ${round}`, clientMessageId },
            { kind: 'edit', messageId: shared.messageId, actorId: ann, text: `${node} ${round}` },
            {
              kind: 'send',
              messageId: randomUUID(),
              actorId: ann,
              text: `own ${node} ${round}`,
              clientMessageId: null,
            },
          ]);
          for (const outcome of outcomes) {
            if (outcome.status === 'refused') throw new Error(outcome.refusal);
            if ('row' in outcome && outcome.event?.type === 'message-edited') versions.push(outcome.row.version);
          }
        }
      }),
    );

    const events = await database.execute<{ seq: string; type: string }>(
      sql`select e.seq, e.type from folkmoot.room_events e where e.room_id = ${room} order by e.seq`,
    );
    // 1 shared, the sends of both once, one own send of each node, and every edit.
    expect(events).toHaveLength(1 + rounds + 2 * rounds + 2 * rounds);
    expect(events.map(({ seq }) => Number(seq))).toEqual(events.map((_, index) => index + 1));
    const edits = events.filter(({ type }) => type === 'message-edited').map(({ seq }) => Number(seq));
    expect(versions.toSorted((a, b) => a - b)).toEqual(edits);
    expect(await findWrongCounters(room)).toEqual([]);

    const times = await database.execute<{ fell: number }>(sql`
    select count(*)::integer as fell from (
      select created_at < lag(created_at) over (order by c.seq) as falls from folkmoot.community_chat c where room_id = ${room}
    ) as m where falls
  `);
    expect(times).toEqual([{ fell: 0 }]);
  },
);
