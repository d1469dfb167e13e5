import { lockDataDir } from '../src/embedded/data-dir-lock.ts';

/* A process for tests: takes the lock of a folder when its input says so, and tells how that went. */
const dataDir = process.argv[2] ?? '';

process.stdout.write('ready\n');
process.stdin.once('data', () => {
  lockDataDir(dataDir).then(
    () => process.stdout.write('held\n'),
    (error: unknown) => process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`),
  );
});
process.stdin.once('end', () => process.exit());
