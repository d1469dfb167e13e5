import { findFreePort, type FaultProxy, startFaultProxy } from '@folkmoot/db/testing';
import type { NodeReport, NodeSample } from '../check/check-nodes.ts';
import { faultsSecret } from '../clients/faults-token.ts';
import { timeUntil } from '../waiting.ts';
import { readMetrics } from './node-metrics.ts';
import { createServerProcess, type ServerProcess } from './server-process.ts';

/** A node, and a link that can be made bad between it and everything that it talks to. */
export type FaultNode = ServerProcess & {
  name: string;
  links: {
    clients: FaultProxy;
    database: FaultProxy;
    /** The connection that LISTENs. */
    listen: FaultProxy;
    redis: FaultProxy | undefined;
  };
  /** By its own link for clients, past the balancer. */
  url: string;
  metric(name: string): Promise<number | undefined>;
  /** Takes a sample for the report, if it answers. */
  sample(): Promise<void>;
  /** What was measured while the node stood still, and what it made up for, is none of its doing. */
  skipNextSample(): void;
  /** Waits until clients that have left are gone, and reports. Call it before the last stop. */
  leftovers(): Promise<void>;
  report(): NodeReport;
  close(): Promise<void>;
};

export type FaultNodeOptions = {
  name: string;
  databaseUrl: string;
  redisPort?: number | undefined;
  env?: Readonly<Record<string, string>>;
};

const leavingMs = 10_000;

export async function createFaultNode({
  name,
  databaseUrl,
  redisPort,
  env = {},
}: FaultNodeOptions): Promise<FaultNode> {
  const database = new URL(databaseUrl);
  const databaseTarget = { host: database.hostname, port: Number(database.port) };
  const links = {
    database: await startFaultProxy(databaseTarget),
    listen: await startFaultProxy(databaseTarget),
    redis: redisPort === undefined ? undefined : await startFaultProxy({ host: '127.0.0.1', port: redisPort }),
  };
  const through = (link: FaultProxy): string => {
    const url = new URL(databaseUrl);
    url.port = String(link.port);
    return url.href;
  };
  const server = createServerProcess(await findFreePort(), {
    HOST: '127.0.0.1',
    AUTH_SECRET: faultsSecret,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'warn',
    DATABASE_URL: through(links.database),
    DATABASE_LISTEN_URL: through(links.listen),
    ...(links.redis && { REDIS_URL: `redis://127.0.0.1:${links.redis.port}` }),
    ...env,
  });
  const clients = await startFaultProxy({ host: '127.0.0.1', port: server.port });
  const samples: NodeSample[] = [];
  let [leftOpen, leftTimers] = [0, 0];
  let isSkipping = true;

  async function countOpen(): Promise<number> {
    const metrics = await readMetrics(server.port);
    return (metrics?.get('folkmoot_websockets') ?? 0) + (metrics?.get('folkmoot_event_streams') ?? 0);
  }

  return {
    ...server,
    name,
    links: { ...links, clients },
    url: `http://127.0.0.1:${clients.port}`,
    metric: async (metric) => (await readMetrics(server.port))?.get(metric),
    async sample() {
      const metrics = await readMetrics(server.port);
      // What a start takes is not yet service.
      const isSkipped = isSkipping;
      isSkipping = metrics === undefined;
      if (!metrics || isSkipped) return;
      samples.push({
        memoryMiB: (metrics.get('process_resident_memory_bytes') ?? 0) / 2 ** 20,
        loopDelayMs: (metrics.get('nodejs_eventloop_lag_p99_seconds') ?? 0) * 1_000,
      });
    },
    skipNextSample() {
      isSkipping = true;
    },
    async leftovers() {
      await timeUntil(async () => (await countOpen()) === 0, leavingMs);
      leftOpen = await countOpen();
      leftTimers = (await readMetrics(server.port))?.get('nodejs_active_resources{type="Timeout"}') ?? 0;
    },
    report: () => ({ name, ends: server.ends, output: server.output(), samples, leftOpen, leftTimers }),
    async close() {
      server.resume();
      await server.stop();
      for (const link of [clients, links.database, links.listen, links.redis]) await link?.cut();
    },
  };
}
