import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TemporaryDataDir = { path: string; [Symbol.dispose]: () => void };

/** A DATA_DIR for a server process; whoever made it has stopped that process, and its PostgreSQL, before it goes. */
export function makeTemporaryDataDir(): TemporaryDataDir {
  const path = mkdtempSync(join(tmpdir(), 'folkmoot-data-'));
  // PostgreSQL runs under an account of its own where the tests run as root, and has to come through.
  chmodSync(path, 0o755);
  return {
    path,
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }),
  };
}
