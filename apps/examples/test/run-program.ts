import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The folder of the workspace. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** A program that the examples or the workspace depend on. */
export function workspaceBinary(name: 'attw' | 'tsc'): string {
  const owner = name === 'tsc' ? '.' : 'apps/examples';
  return fileURLToPath(new URL(`../../../${owner}/node_modules/.bin/${name}`, import.meta.url));
}

/** What it said on both streams, whatever it ended with; a program that was killed or not found has the code 1. */
export function runProgram(
  file: string,
  args: string[],
  { cwd, timeoutMs = 120_000 }: { cwd: string; timeoutMs?: number },
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const limits = { cwd, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
    execFile(file, args, limits, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, output: [stdout, stderr, ...(error ? [error.message] : [])].join('\n') });
    });
  });
}
