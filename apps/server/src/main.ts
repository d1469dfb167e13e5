import { ConfigurationError, readConfiguration } from './configuration/read-configuration.ts';
import { requireNodeVersion } from './lifecycle/require-node-version.ts';
import { createLogger } from './observability/create-logger.ts';
import { startServer } from './start-server.ts';

/** The process: environment, signals, standard output and the exit code, and nothing else. */
async function main(): Promise<void> {
  requireNodeVersion(process.versions.node);
  const configuration = readConfiguration(process.env);
  const { log, flush } = createLogger(configuration.logLevel);
  const starting = startServer(configuration, { log });

  // A signal to the whole group arrives here twice, and one may come before we serve.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      starting
        .then(async (server) => server.close())
        .then(
          () => exit(0),
          () => exit(1),
        );
    });
  }
  function exit(code: number) {
    flush();
    process.exit(code);
  }

  try {
    const { url } = await starting;
    process.stdout.write(`folkmoot listening on ${url}\n`);
  } catch (error) {
    log.debug({ err: error }, 'cannot start');
    flush();
    throw error;
  }
}

main().catch((error: unknown) => {
  const sentence = error instanceof Error ? error.message : String(error);
  process.stderr.write(error instanceof ConfigurationError ? `${sentence}\n` : `folkmoot cannot start: ${sentence}\n`);
  process.exit(1);
});
