import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { startTestPostgres } from '@folkmoot/db/testing';
import { writePatiently } from '../clients/write-patiently.ts';
import { timeUntil } from '../waiting.ts';
import type { FaultScenario } from './fault-scenario.ts';

const crowd = 1_000;
const missed = 50;
const caughtUpWithinMs = 30_000;
/** A read for all who come at the same moment, and they come over some seconds: never one for each of them. */
const readsAtMost = crowd / 10;

export const crowdDropped: FaultScenario = {
  name: 'crowd-dropped',
  fault: '1,000 clients dropped at once',
  passesWhen: 'all are caught up within 30 s, the log is read once per room and node, not per client',
  plan: { bus: 'postgres', startDatabase: async () => startTestPostgres({ settings: { log_statement: 'all' } }) },
  members: { count: crowd, writers: 0, everyMs: 100, ways: ['websocket'] },
  // A thousand handshakes in some seconds.
  bounds: { loopDelayMs: 1_000 },
  async run({ cluster, members, room, join, goOn, note, expect }) {
    const links = cluster.nodes.map((node) => node.links.clients);
    const [node] = cluster.nodes;
    if (!node) throw new Error('There is a node.');
    const author = await join({ name: 'author', url: `http://127.0.0.1:${node.port}` });
    await Promise.all(links.map(async (link) => link.cut()));
    const sends = Array.from({ length: missed }, async (_, index) =>
      writePatiently({ kind: 'send', text: `missed ${index}` }, { chat: author.chat, room, history: author.history }),
    );
    await Promise.all(sends);
    // The answers may be there before the events.
    const hasAll = (): boolean => author.history.stream.filter(({ kind }) => kind === 'event').length >= missed;
    expect((await timeUntil(hasAll, caughtUpWithinMs)) !== undefined, 'The author was not told of all that was sent.');

    const logFile = joinPath(cluster.database.dataDir, 'postgres.log');
    const logFrom = statSync(logFile).size;
    await Promise.all(links.map(async (link) => link.restore()));
    const end = author.position();
    const tookMs = await timeUntil(() => members.every((member) => member.position() === end), caughtUpWithinMs);
    await goOn(500);
    const reads = await countLogReads(logFile, logFrom);
    note('caught up after, ms', tookMs ?? 'never');
    note('reads of the log, all nodes', reads);
    const late = members.filter((member) => member.position() !== end).length;
    expect(tookMs !== undefined, `${late} clients were not caught up within ${caughtUpWithinMs / 1_000} s.`);
    expect(reads <= readsAtMost, `The log was read ${reads} times for ${crowd} clients.`);
  },
};

async function countLogReads(file: string, from: number): Promise<number> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const { buffer } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
    return buffer.toString().match(/execute [^\n]*"room_events"/g)?.length ?? 0;
  } finally {
    await handle.close();
  }
}
