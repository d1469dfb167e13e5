import { startEmbeddedPostgres } from '@folkmoot/db';
import { startExpressHost } from './express-host.ts';
import { startFastifyHost } from './fastify-host.ts';
import { startHonoHost } from './hono-host.ts';
import { startNodeHost } from './node-host.ts';

const hosts = { express: startExpressHost, fastify: startFastifyHost, hono: startHonoHost, node: startNodeHost };

async function main(name = ''): Promise<void> {
  const start = Object.entries(hosts).find(([known]) => known === name)?.[1];
  if (!start) throw new Error(`Say which: ${Object.keys(hosts).join(', ')}.`);
  const { DATABASE_URL, PORT = '5001' } = process.env;
  const embedded = DATABASE_URL ? undefined : await startEmbeddedPostgres({ dataDir: '.data', logger: console });
  const host = await start({ databaseUrl: DATABASE_URL ?? embedded?.url ?? '', port: Number(PORT) });
  console.log(`${name} listening on ${host.url}`);

  const stop = async (): Promise<void> => {
    await host.close();
    await embedded?.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop().catch((error: unknown) => {
        console.error(error);
        process.exitCode = 1;
      });
    });
  }
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
