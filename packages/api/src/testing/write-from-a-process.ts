import { randomUUID } from 'node:crypto';
import { connectDatabase } from '@folkmoot/db';
import { createWriteBatch } from '../log/write-batch-store.ts';

/*
 * A program for tests: writes to a room as a node of its own, and prints what it was told as JSON. Its only argument
 * says where and what. Of each clientMessageId another process sends the same message.
 */

type Input = {
  name: string;
  url: string;
  room: string;
  ann: string;
  bob: string;
  messageId: string;
  clientMessageIds: string[];
};

const { name, url, room, ann, bob, messageId, clientMessageIds }: Input = JSON.parse(process.argv[2] ?? '{}');
const connection = connectDatabase({ url, maxConnections: 1 });
const write = createWriteBatch(connection.db);
const edits: number[] = [];
const repeated: string[] = [];
let own = 0;

for (const [round, clientMessageId] of clientMessageIds.entries()) {
  const { outcomes } = await write(room, [
    { kind: 'send', messageId: randomUUID(), actorId: bob, text: `both ${round}`, clientMessageId },
    { kind: 'edit', messageId, actorId: ann, text: `${name} ${round}` },
    { kind: 'send', messageId: randomUUID(), actorId: ann, text: `${name} ${round}`, clientMessageId: null },
  ]);
  const [both, edited, sent] = outcomes;
  if (!both || !('row' in both) || !edited || !('row' in edited) || sent?.status !== 'written') {
    throw new Error('A write was refused.');
  }
  repeated.push(both.row.id);
  edits.push(edited.row.version);
  own++;
}
await connection.close();
process.stdout.write(JSON.stringify({ edits, repeated, own }));
