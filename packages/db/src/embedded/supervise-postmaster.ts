import { backgroundDelay, type Delay } from '../delay.ts';
import type { DatabaseLogger } from '../database-logger.ts';
import { stopPostmaster, type Postmaster } from './postmaster.ts';

type SuperviseOptions = {
  first: Postmaster;
  start: (signal: AbortSignal) => Promise<Postmaster>;
  logger: DatabaseLogger;
  /** Called each time the server is gone without having been told to. */
  onExit: () => void;
  delay?: Delay | undefined;
  random?: (() => number) | undefined;
};

export type Supervisor = { close(): Promise<void> };

const firstBackOffMs = 100;
const maxBackOffMs = 4_000;
/** A server that lives this long has recovered: the next death is a new one. */
const steadyMs = 30_000;

/**
 * Starts PostgreSQL again whenever it dies, with back-off, until closed (T4). The memory of a killed server is held by
 * its orphaned sessions for a moment, during which a new one refuses to start: that too is only a reason to try again.
 */
export function supervisePostmaster(options: SuperviseOptions): Supervisor {
  const { first, start, logger, onExit, delay = backgroundDelay, random = Math.random } = options;
  const closing = new AbortController();
  let current: Postmaster | undefined = first;
  let failures = 0;
  let closed: Promise<void> | undefined;

  async function watch(postmaster: Postmaster): Promise<void> {
    const steady = new AbortController();
    const calm = delay(steadyMs, steady.signal).then(() => {
      if (!steady.signal.aborted) failures = 0;
    });
    await postmaster.exited;
    steady.abort();
    await calm;
  }

  async function startAgain(): Promise<Postmaster | undefined> {
    while (!closing.signal.aborted) {
      if (failures > 0) await delay(backOff(failures, random), closing.signal);
      if (closing.signal.aborted) return undefined;
      failures++;
      try {
        return await start(closing.signal);
      } catch (error) {
        if (!closing.signal.aborted) logger.warn(error instanceof Error ? error.message : String(error));
      }
    }
    return undefined;
  }

  async function run(): Promise<void> {
    while (current) {
      await watch(current);
      if (closing.signal.aborted) return;
      logger.error('The embedded PostgreSQL has ended without having been told to. It is started again.');
      onExit();
      current = await startAgain();
      if (!current) return;
      logger.info('The embedded PostgreSQL serves again.');
      // It came up while it was being called off.
      if (closing.signal.aborted) await stopPostmaster(current);
    }
  }

  const running = run();

  async function stop(): Promise<void> {
    closing.abort();
    if (current) await stopPostmaster(current);
    await running;
  }

  return { close: () => (closed ??= stop()) };
}

function backOff(failures: number, random: () => number): number {
  const ceiling = Math.min(maxBackOffMs, firstBackOffMs * 2 ** (failures - 1));
  return ceiling * (0.5 + random() / 2);
}
