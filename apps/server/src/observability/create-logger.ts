import { pino, type DestinationStream, type LevelWithSilent, type Logger } from 'pino';
import { loggableError } from './loggable-error.ts';

export type { Logger } from 'pino';

export type ServerLog = {
  log: Logger;
  /** Writes out what is still in memory; for the end of the process. */
  flush: () => void;
};

/**
 * Structured logs, one JSON object a line. They never hold tokens, message texts or query strings: what is logged is
 * named field by field, and errors pass through `loggableError`.
 */
export function createLogger(level: LevelWithSilent, destination?: DestinationStream): ServerLog {
  const standardError = pino.destination({ dest: 2, sync: false });
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: loggableError, error: loggableError, cause: loggableError },
    },
    destination ?? standardError,
  );
  return {
    log,
    flush() {
      standardError.flushSync();
    },
  };
}
