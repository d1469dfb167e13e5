import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { BenchResult } from './bench-result.ts';

const run = promisify(execFile);
const measuredPackages = ['ws', 'socket.io', '@trpc/server', 'superjson', 'postgres', 'express', 'sequelize', 'pg'];
const packageSchema = z.object({ version: z.string() });

export function readMachine(): BenchResult['machine'] {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    kernel: `${type()} ${release()}`,
    node: process.version,
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** The versions that are installed of everything that takes part. */
export async function readVersions(): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const name of measuredPackages) {
    const file = findPackageJSON(name, import.meta.url);
    if (file === undefined) continue;
    versions[name] = packageSchema.parse(JSON.parse(await readFile(file, 'utf8'))).version;
  }
  return versions;
}

/** The commit that is checked out; `unknown` where this is no checkout. */
export async function readCommit(): Promise<string> {
  const cwd = import.meta.dirname;
  try {
    const { stdout: commit } = await run('git', ['rev-parse', '--short=10', 'HEAD'], { cwd });
    const { stdout: changes } = await run('git', ['status', '--porcelain', '--untracked-files=no'], { cwd });
    return commit.trim() + (changes.trim() === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}
