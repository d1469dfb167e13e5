import { mkdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@folkmoot/db';
import { keepAuthSecret } from '../src/configuration/auth-secret.ts';
import { createClosers } from '../src/lifecycle/closers.ts';
import { startBalancer } from './cluster/balancer.ts';
import { keepNodeRunning } from './cluster/cluster-node.ts';
import { keepRedisRunning } from './cluster/local-redis.ts';

const usage = `Starts three nodes of the chat on this machine, a load balancer in front of them, PostgreSQL, and Redis where redis-server is
installed: to see by hand what happens when one of them goes.

  pnpm cluster [--port 5000] [--nodes 3] [--no-redis]

Data is kept in DATA_DIR (.data/cluster). DATABASE_URL and REDIS_URL, where set, are used instead of those that it starts.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '5000' },
      nodes: { type: 'string', default: '3' },
      'no-redis': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const closers = createClosers((error) => console.error(error));
  let stopping: Promise<void> | undefined;
  // A signal to the whole group comes here and to the nodes, and may come twice.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stopping ??= closers.closeAll();
      stopping.then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
  const say = (line: string): void => console.log(`cluster: ${line}`);
  try {
    await start(say, closers, values);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function start(
  say: (line: string) => void,
  closers: ReturnType<typeof createClosers>,
  options: { port: string; nodes: string; 'no-redis': boolean },
): Promise<void> {
  const dataDir = resolve(process.env['DATA_DIR'] ?? '.data/cluster');
  mkdirSync(dataDir, { recursive: true });
  const databaseUrl = process.env['DATABASE_URL'] ?? (await startDatabase(dataDir, closers));
  const redis = options['no-redis'] ? undefined : await findRedis(say, closers);
  say(redis === undefined ? 'hints go by PostgreSQL NOTIFY' : 'hints go by Redis');

  const balancer = await startBalancer({ port: Number(options.port) });
  closers.push(async () => balancer.close());
  const url = `http://127.0.0.1:${balancer.port}`;
  const environment: Record<string, string> = {
    // Nodes come and go while tokens live.
    AUTH_SECRET: process.env['AUTH_SECRET'] || (await keepAuthSecret(dataDir)),
    GUEST_LOGIN: 'on',
    HOST: '127.0.0.1',
    PORT: '0',
    TRUST_PROXY: 'loopback',
    ALLOWED_ORIGINS: `${url},http://localhost:${balancer.port}`,
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'warn',
    ...(redis === undefined ? {} : { REDIS_URL: redis }),
  };
  say(`starting ${options.nodes} nodes`);
  const nodes = await Promise.all(
    Array.from({ length: Number(options.nodes) }, async (_, index) =>
      keepNodeRunning({ number: index + 1, environment, say }),
    ),
  );
  for (const node of nodes) balancer.add(node);
  closers.push(async () => {
    say('stopping');
    await Promise.all(nodes.map(async (node) => node.close()));
  });
  say('kill any of these by its pid: another node takes over its clients, and what was killed is started again');
  say(
    `a moderator's token: DATA_DIR=${relative('.', dataDir)} npx -y pnpm@12.4.2 run token --sub ann --role moderator`,
  );
  console.log(`folkmoot listening on ${url}`);
}

async function startDatabase(dataDir: string, closers: ReturnType<typeof createClosers>): Promise<string> {
  const quiet = { info: () => undefined, warn: console.warn, error: console.error };
  const embedded = await startEmbeddedPostgres({ dataDir, logger: quiet });
  closers.push(async () => embedded.close());
  return embedded.url;
}

async function findRedis(
  say: (line: string) => void,
  closers: ReturnType<typeof createClosers>,
): Promise<string | undefined> {
  const given = process.env['REDIS_URL'];
  if (given) return given;
  const started = await keepRedisRunning(say);
  if (started) closers.push(async () => started.close());
  return started?.url;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
