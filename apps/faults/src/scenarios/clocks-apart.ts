import { timeUntil } from '../waiting.ts';
import type { FaultScenario } from './fault-scenario.ts';

const hourMs = 3_600_000;
const presenceWithinMs = 20_000;
/** How far the time of a message may be from that of its acknowledgement; the database and the clients share a clock. */
const toleranceMs = 15_000;

/** One node an hour behind, one right, one an hour ahead, by a Date of their own. */
export const clocksApart: FaultScenario = {
  name: 'clocks-apart',
  fault: 'clocks of nodes an hour apart',
  passesWhen: 'order, `createdAt` and presence are right',
  plan: { bus: 'postgres', env: (index) => ({ NODE_OPTIONS: `--import=${shiftedClock((index - 1) * hourMs)}` }) },
  members: { count: 9, writers: 6, everyMs: 100 },
  async run({ cluster, members, room, join, goOn, note, expect }) {
    const observers = await Promise.all(
      cluster.nodes.map(async ({ name, url }) => join({ name: `observer at ${name}`, url })),
    );
    await goOn(20_000);
    const tookMs = await timeUntil(async () => {
      const online = await Promise.all(observers.map(async ({ chat }) => chat.online.query({ room })));
      return online.every(({ count }) => count === members.length);
    }, presenceWithinMs);
    note('people present at each node', tookMs === undefined ? 'not all' : members.length);
    expect(tookMs !== undefined, 'Not all nodes see everybody.');

    const apartMs = members.flatMap(({ history }) =>
      history.writes.flatMap(({ kind, answer }) =>
        kind === 'send' && answer ? [Math.abs(answer.message.createdAtMs - answer.atMs)] : [],
      ),
    );
    const furthestMs = Math.max(...apartMs);
    note('`createdAt` from the acknowledgement, ms at most', furthestMs);
    expect(furthestMs <= toleranceMs, `A message bears a time that is ${furthestMs} ms away from its acknowledgement.`);
  },
};

function shiftedClock(byMs: number): string {
  const source = `
    const Real = Date;
    const now = () => Real.now() + ${byMs};
    globalThis.Date = class Date extends Real {
      constructor(...given) { if (given.length === 0) super(now()); else super(...given); }
      static now() { return now(); }
    };`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}
