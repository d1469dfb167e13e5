import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { figureIds } from './bars.ts';
import { modulePath } from './fork-module.ts';

const run = promisify(execFile);
/** What was built, as `pnpm bench` runs it. */
const builtMain = modulePath('../dist/bench').replace(/\.ts$/, '.js');

test.runIf(process.platform === 'linux')('every scenario runs to its figures', async () => {
  const { stdout } = await run(process.execPath, [builtMain, '--smoke']);
  const rows = stdout.split('\n').filter((line) => /^\|.*(aim reached|bar reached|missed)/.test(line));
  expect(rows).toHaveLength(figureIds.length);
});
