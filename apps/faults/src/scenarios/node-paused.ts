import { toUserId } from '@folkmoot/contract';
import { timeUntil } from '../waiting.ts';
import type { FaultNode } from '../cluster/fault-node.ts';
import type { FaultScenario } from './fault-scenario.ts';

const pausedMs = 30_000;
/** P2, the grace included. */
const goneWithinMs = 30_000;
const watchedAfterMs = 15_000;

export const nodePaused: FaultScenario = {
  name: 'node-paused',
  fault: 'node paused 30 s (SIGSTOP)',
  passesWhen: 'its late writes are right, its ghosts gone within the lease (30 s), its clients complete',
  plan: { bus: 'postgres' },
  members: { count: 9, writers: 6, everyMs: 100 },
  async run({ cluster, room, members, join, goOn, note, expect }) {
    const [paused, other] = cluster.nodes;
    const [observer] = members;
    if (!paused || !other || !observer) throw new Error('There are nodes and members.');
    const name = 'ghost';
    const ghost = await join({ name, url: paused.url });
    const watcher = await join({ name: 'watcher', url: other.url });
    const isSeen = async (): Promise<boolean> => {
      const { users } = await watcher.chat.online.query({ room });
      return users.some(({ id }) => id === toUserId('', name));
    };
    expect((await timeUntil(isSeen, 10_000)) !== undefined, 'The other node never saw who was to become a ghost.');

    const sinceMs = performance.now();
    freeze(paused);
    // Nobody can tell the node, which goes on believing that its client is there.
    ghost.history.isConnectedAtEnd = false;
    await ghost.close();
    const goneMs = await timeUntil(async () => !(await isSeen()), goneWithinMs);
    note('the ghost was gone after, ms', goneMs ?? 'never');
    expect(goneMs !== undefined, 'The ghost was present after 30 s.');
    await goOn(Math.max(0, pausedMs - (performance.now() - sinceMs)));

    paused.resume();
    paused.skipNextSample();
    const backMs = await timeUntil(isSeen, watchedAfterMs);
    expect(backMs === undefined, `The ghost came back ${Math.round(backMs ?? 0)} ms after its node went on.`);
    note('repeated by clients of the paused node', countRepeats(members));
  },
};

function freeze(node: FaultNode): void {
  node.skipNextSample();
  node.pause();
}

function countRepeats(
  members: readonly { history: { writes: readonly { failedTries: readonly string[] }[] } }[],
): number {
  return members.flatMap(({ history }) => history.writes.filter(({ failedTries }) => failedTries.length > 0)).length;
}
