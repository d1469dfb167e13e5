import { execFile } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

export function describeMachine(): string {
  const all = cpus();
  const memoryGiB = Math.round(totalmem() / 1024 ** 3);
  return `${all.length} × ${all[0]?.model.trim() ?? 'unknown'}, ${memoryGiB} GiB, ${type()} ${release()}, Node ${process.version}`;
}

/** The commit that is checked out, with a plus where something was changed; `unknown` where this is no checkout. */
export async function describeCommit(): Promise<string> {
  const cwd = import.meta.dirname;
  try {
    const { stdout: commit } = await run('git', ['rev-parse', '--short=10', 'HEAD'], { cwd });
    // What earlier scenarios of the same run have written does not count.
    const paths = ['--', ':/', ':!/docs/faults.md', ':!/apps/faults/results'];
    const { stdout: changes } = await run('git', ['status', '--porcelain', '--untracked-files=no', ...paths], { cwd });
    return commit.trim() + (changes.trim() === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}
