import { startTestRedis, type TestRedis } from '@folkmoot/api/testing';
import { requireTool, startTestPostgres } from '@folkmoot/db/testing';
import { createFaultNode, type FaultNode } from './fault-node.ts';
import { type LossyRedisLink, startLossyRedisLink } from './lossy-redis-link.ts';
import { startTcpBalancer, type TcpBalancer } from './tcp-balancer.ts';

/** A PostgreSQL that does as it is told; durable. */
export type FaultDatabase = {
  url: string;
  dataDir: string;
  stop(how?: 'fast' | 'immediate'): Promise<void>;
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
  /** Runs one of PostgreSQL's programs, where they are there, and gives what that printed. */
  run?(program: string, ...args: string[]): Promise<string>;
};

export type ClusterPlan = {
  bus: 'postgres' | 'redis';
  /** Three by default. */
  nodes?: number;
  /** Further environment of the node of this index. */
  env?: (index: number, databaseUrl: string) => Readonly<Record<string, string>>;
  /** The embedded PostgreSQL by default. Throws `SkippedScenario` where what it needs is not there. */
  startDatabase?: () => Promise<FaultDatabase>;
  /** Drops, doubles and reorders half of the hints on their way from Redis to the nodes. */
  hasLossyHints?: boolean;
};

export type FaultCluster = {
  /** Of the balancer. */
  url: string;
  balancer: TcpBalancer;
  nodes: readonly FaultNode[];
  database: FaultDatabase;
  redis: TestRedis | undefined;
  lossyLink: LossyRedisLink | undefined;
  close(): Promise<void>;
};

/** What a scenario needs and this machine lacks. */
export class SkippedScenario extends Error {
  override name = 'SkippedScenario';
}

/** Starts the database, the bus, the nodes and a balancer in front of them. Nothing stays open when it throws. */
export async function startFaultCluster(plan: ClusterPlan, random: () => number): Promise<FaultCluster> {
  const closers: (() => Promise<void>)[] = [];
  async function close(): Promise<void> {
    for (const closeOne of closers.splice(0).toReversed()) await closeOne();
  }
  try {
    const database = await (plan.startDatabase ?? startTestPostgres)();
    closers.push(async () => database.close());
    const redis = plan.bus === 'redis' ? await startRedis() : undefined;
    if (redis) closers.push(async () => redis[Symbol.asyncDispose]());
    const lossyLink = redis && plan.hasLossyHints ? await startLossyRedisLink(redis.port, random) : undefined;
    if (lossyLink) closers.push(async () => lossyLink.close());

    const nodes: FaultNode[] = [];
    for (let index = 0; index < (plan.nodes ?? 3); index++) {
      const node = await createFaultNode({
        name: `node ${index + 1}`,
        databaseUrl: database.url,
        redisPort: lossyLink?.port ?? redis?.port,
        env: plan.env?.(index, database.url) ?? {},
      });
      nodes.push(node);
    }
    closers.push(async () => {
      await Promise.all(nodes.map(async (node) => node.close()));
    });
    for (const node of nodes) await node.start();
    const balancer = await startTcpBalancer(nodes.map(({ links }) => ({ port: links.clients.port })));
    closers.push(async () => balancer.close());
    return { url: `http://127.0.0.1:${balancer.port}`, balancer, nodes, database, redis, lossyLink, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startRedis(): Promise<TestRedis> {
  const program = requireTool('redis-server');
  if (program === undefined) throw new SkippedScenario('redis-server is not installed');
  return startTestRedis(program);
}
