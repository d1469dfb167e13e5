import { expectBusHeals, expectDeliveryWhile, writeAtOneNode } from './expect-prompt-delivery.ts';
import type { FaultScenario } from './fault-scenario.ts';

const awayMs = 8_000;
const blackHoleMs = 18_000;
const everyNode = [0, 1, 2];

export const redisLost: FaultScenario = {
  name: 'redis-lost',
  fault: 'Redis killed, restarted, cut off from one node',
  passesWhen: 'delivery goes on by polling, p99 under 1.5 s; healed without a restart',
  plan: { bus: 'redis' },
  members: { count: 9, writers: 0, everyMs: 0 },
  async run(run) {
    const { cluster, goOn, expect } = run;
    const { redis, nodes } = cluster;
    const link = nodes[1]?.links.redis;
    if (!redis || !link) throw new Error('There is no Redis.');
    const pids = nodes.map((node) => node.pid());
    await expectBusHeals(run, everyNode, 'the start');
    await writeAtOneNode(run);

    await expectDeliveryWhile(run, 'Redis is down', async () => {
      await redis.kill();
      await goOn(awayMs);
    });
    await redis.start();
    await expectBusHeals(run, everyNode, 'the return of Redis');

    await expectDeliveryWhile(run, 'Redis restarts', async () => {
      await redis.kill();
      await redis.start();
      await goOn(3_000);
    });
    await expectBusHeals(run, everyNode, 'the restart');

    await expectDeliveryWhile(run, 'one node is cut off from Redis', async () => {
      link.set({ isBlackHole: true });
      await goOn(blackHoleMs);
    });
    link.set();
    await expectBusHeals(run, everyNode, 'the cut');
    expect(
      nodes.every((node, index) => node.pid() === pids[index]),
      'A server has ended.',
    );
  },
};
