import { Presets, SingleBar } from 'cli-progress';
import { createLogger } from '../src/observability/create-logger.ts';
import { readConfiguration } from '../src/configuration/read-configuration.ts';
import { createClosers } from '../src/lifecycle/closers.ts';
import { openDatabase } from '../src/lifecycle/open-database.ts';
import { readDemoOptions, usage } from './demo-data/read-demo-options.ts';
import { writeDemoData } from './demo-data/write-demo-data.ts';

async function main(): Promise<void> {
  const options = readDemoOptions(process.argv.slice(2), Date.now());
  if (!options) {
    console.log(usage);
    return;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () =>
      stop.abort(new Error('Stopped. What was written stays; a further run wants another room.')),
    );
  }
  // Who signs in is no business of this: a database is all that it needs.
  const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir } = process.env;
  const authSecret = 'nobody signs in to a script, so this signs nothing';
  const configuration = readConfiguration({ DATABASE_URL: databaseUrl, DATA_DIR: dataDir, AUTH_SECRET: authSecret });
  const { log } = createLogger('warn');
  const closers = createClosers((error) => console.error(error));
  try {
    const { db } = await openDatabase(configuration, { log, closers });
    const startedMs = performance.now();
    const bar = createBar(options.messages);
    const { events } = await writeDemoData(db, {
      ...options,
      onProgress: (written) => bar.update(Math.min(written, options.messages)),
      signal: stop.signal,
    }).finally(() => bar.stop());
    const seconds = (performance.now() - startedMs) / 1_000;
    console.log(
      `${options.messages} messages (${events} events) are in the room ${options.room}: ` +
        `${seconds.toFixed(1)} s, ${Math.round(events / seconds)} events a second.`,
    );
  } finally {
    await closers.closeAll();
  }
}

/** On a terminal it moves; piped it is a line now and then. */
function createBar(messages: number): SingleBar {
  const bar = new SingleBar(
    {
      format: '{bar} {percentage}% | {value} of {total} | about {eta_formatted} to go',
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: 5_000,
      hideCursor: true,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  bar.start(messages, 0);
  return bar;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
