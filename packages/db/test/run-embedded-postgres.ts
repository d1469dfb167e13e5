import { startEmbeddedPostgres } from '@folkmoot/db';

/*
 * A server process for tests: runs the embedded PostgreSQL on the folder that it is given until its input ends, and
 * says on its output, one line of JSON, how that went.
 */
const dataDir = process.argv[2] ?? '';
const silent = () => {};
const logger = { info: silent, warn: silent, error: silent };

try {
  const postgres = await startEmbeddedPostgres({ dataDir, logger });
  const { url, port, adopted } = postgres;
  process.stdout.write(`${JSON.stringify({ url, port, adopted })}\n`);
  process.stdin.resume().on('end', () => {
    postgres.close().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  });
} catch (error) {
  process.stdout.write(`${JSON.stringify({ refused: error instanceof Error ? error.message : String(error) })}\n`);
}
