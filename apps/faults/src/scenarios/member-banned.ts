import { toUserId } from '@folkmoot/contract';
import type { StreamItem } from '../check/client-history.ts';
import { seqOf } from '../check/fold-history.ts';
import { timeUntil } from '../waiting.ts';
import type { FaultScenario } from './fault-scenario.ts';

const culprits = 8;
const arrivesWithinMs = 5_000;
/** A4: two seconds until streams have ended, and as long again in which nothing may come. */
const watchedMs = 4_000;

export const memberBanned: FaultScenario = {
  name: 'member-banned',
  fault: 'a user banned on node A, streaming on B and C, sending on C',
  passesWhen: "nothing after the ban's position reaches him, no send of his commits after it",
  plan: { bus: 'postgres' },
  members: { count: 6, writers: 4, everyMs: 60 },
  async run({ cluster, join, goOn, random, note, expect }) {
    const [a, b, c] = cluster.nodes;
    if (!a || !b || !c) throw new Error('There are three nodes.');
    const moderator = await join({ name: 'moderator', role: 'moderator', url: a.url });
    const bans = (): StreamItem[] =>
      moderator.history.stream.filter((item) => item.kind === 'event' && item.type === 'member-banned');
    let [lateEvents, lateSends, sends] = [0, 0, 0];
    for (let index = 0; index < culprits; index++) {
      const name = `culprit ${index + 1}`;
      const ways = [{ url: b.url }, { url: c.url, way: 'sse' }, { url: c.url }] as const;
      const [onB, onC, writer] = await Promise.all(ways.map(async (way) => join({ name, ...way })));
      if (!onB || !onC || !writer) throw new Error('He is there three times.');
      const all = [onB, onC, writer];
      for (const { history } of all) Object.assign(history, { isExpelled: true, isConnectedAtEnd: false });
      writer.startWriting(5);
      await goOn(300 + random() * 500);

      await moderator.chat.ban.mutate({ userId: toUserId('', name), reason: 'a test' });
      const ban =
        (await timeUntil(() => bans().length > index, arrivesWithinMs)) === undefined ? undefined : bans()[index];
      if (!ban) throw new Error('The ban never came to its moderator.');
      await goOn(watchedMs);
      const at = seqOf(ban.position);
      lateEvents += all.flatMap(({ history }) => history.stream).filter((item) => seqOf(item.position) > at).length;
      const written = moderator.history.stream.filter(
        (item) => item.kind === 'event' && item.message?.userId === writer.history.userId,
      );
      sends += written.length;
      lateSends += written.filter((item) => seqOf(item.position) > at).length;
      await writer.stopWriting(1_000);
    }
    note('people banned while they wrote', culprits);
    note('their writes', sends);
    note('events after the ban that reached them', lateEvents);
    note('writes of theirs after the ban', lateSends);
    expect(sends > lateSends, 'Nobody wrote before he was banned.');
    expect(lateEvents === 0, `${lateEvents} events came to somebody who was banned before them.`);
    expect(lateSends === 0, `${lateSends} writes were committed of somebody who was banned before them.`);
  },
};
