import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
/** What was built, as `pnpm faults` runs it. */
const builtMain = fileURLToPath(new URL('../dist/faults.js', import.meta.url));

// A minute of what needs nothing that a machine may lack; `pnpm faults` runs the others.
test.each(['node-killed', 'same-send'])('%s: nothing is lost, doubled or seen in another order', async (name) => {
  const { stdout } = await run(process.execPath, [builtMain, name]);
  expect(stdout).toContain('passed after');
});
