import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { requireTool } from './require-tool.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'folkmoot-tools-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
});

test('a tool on the PATH is found', () => {
  const chromium = join(folder, 'chromium');
  writeFileSync(chromium, '');
  chmodSync(chromium, 0o755);
  expect(requireTool('chromium', { PATH: `:/nowhere:${folder}` })).toBe(chromium);
});

test('a missing tool is undefined, and the line printed says what to install', () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  expect(requireTool('redis-server', { PATH: folder })).toBeUndefined();
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('apt-get install redis-server'));
});

test('a missing tool fails where tools are demanded, as in CI', () => {
  const env = { PATH: folder, FOLKMOOT_REQUIRE_TOOLS: '1' };
  expect(() => requireTool('chromium', env)).toThrow('chromium is not installed');
});
