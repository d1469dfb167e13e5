/** Where this package tells what happens, one sentence a call. A pino logger fits as it is. */
export type DatabaseLogger = {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
};

/** Tells nobody: the default. */
export const silentLogger: DatabaseLogger = { info: () => {}, warn: () => {}, error: () => {} };
