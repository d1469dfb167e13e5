import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

export type ForkOptions = {
  args?: readonly string[];
  execArgv?: readonly string[];
};

/**
 * Runs a module of this package as a process. Its path is given without extension, so that it is found among sources
 * as well as among what was built of them.
 */
export function forkModule(path: string, { args = [], execArgv = [] }: ForkOptions = {}): ChildProcess {
  return fork(modulePath(path), [...args], { execArgv: [...execArgv], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

/** @param path from this folder, without extension */
export function modulePath(path: string): string {
  return fileURLToPath(new URL(`${path}${extname(import.meta.url)}`, import.meta.url));
}

/** Ends a child by itself (SIGTERM), or by force when it takes longer than 10 s. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exited;
  clearTimeout(timer);
}
