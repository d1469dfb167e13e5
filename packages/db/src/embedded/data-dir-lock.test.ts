import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataDir } from './data-dir-lock.ts';
import { readProcessIdentity } from './process-identity.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'folkmoot-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const locks = () => readdirSync(folder);
const atOnce = () => Promise.resolve();

function leaveLock(number: number, holder: { pid?: number; identity?: string; host?: string }): void {
  const content = { pid: process.pid, identity: 'of a former life', host: hostname(), since: 'yesterday', ...holder };
  writeFileSync(join(folder, `server-${number}.lock`), JSON.stringify(content));
}

test('a lock keeps others out until it is released', async () => {
  const lock = await lockDataDir(folder);
  await expect(lockDataDir(folder)).rejects.toThrow(`in use by another server: process ${process.pid}, since`);
  lock.release();
  expect(locks()).toEqual([]);
  (await lockDataDir(folder)).release();
});

test('a lock left by a dead process is taken over', async () => {
  leaveLock(7, { pid: 2 ** 22 + 1 });
  const lock = await lockDataDir(folder);
  expect(locks()).toEqual(['server-8.lock']);
  lock.release();
});

test('a lock whose pid is another process by now is taken over', async () => {
  leaveLock(1, { pid: process.pid });
  const lock = await lockDataDir(folder);
  expect(JSON.parse(readFileSync(join(folder, 'server-2.lock'), 'utf8'))).toMatchObject({
    pid: process.pid,
    identity: readProcessIdentity(process.pid),
  });
  lock.release();
});

test('a lock that was never written to its end is taken over', async () => {
  writeFileSync(join(folder, 'server-3.lock'), '{"pid":');
  (await lockDataDir(folder, atOnce)).release();
});

test('a lock of another host holds while that touches it, and no longer', async () => {
  leaveLock(1, { host: 'elsewhere' });
  let touches = 0;
  const beatingHeart = () => {
    utimesSync(join(folder, 'server-1.lock'), new Date(), new Date(++touches * 1000));
    return Promise.resolve();
  };
  await expect(lockDataDir(folder, beatingHeart)).rejects.toThrow('on elsewhere');
  (await lockDataDir(folder, atOnce)).release();
});

test('of many that take over a dead lock at the same moment exactly one gets it', async () => {
  leaveLock(1, { pid: 2 ** 22 + 1 });
  const script = fileURLToPath(new URL('../../test/hold-data-dir-lock.ts', import.meta.url));
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--conditions=@folkmoot/source', script, folder], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const outputs = children.map((child) => createInterface(child.stdout)[Symbol.asyncIterator]());
  await Promise.all(outputs.map((lines) => lines.next()));

  for (const child of children) child.stdin.write('go\n');
  const answers = await Promise.all(outputs.map(async (lines) => (await lines.next()).value));
  for (const child of children) child.stdin.end();

  expect(answers.filter((answer) => answer === 'held')).toHaveLength(1);
  expect(answers.filter((answer) => answer?.includes('is in use by another server'))).toHaveLength(3);
});
