import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPostmasterPid } from './postmaster-pid.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'folkmoot-pid-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string) => writeFileSync(join(folder, 'postmaster.pid'), text);

test('pid, port and status of a server are read', () => {
  write('7710\n/data\n1795559261\n25999\n\n127.0.0.1\n  2146308        17\nready   \n');
  expect(readPostmasterPid(folder)).toEqual({ pid: 7710, port: 25999, status: 'ready' });
});

test('one that has only begun to write is starting', () => {
  write('7710\n/data\n1795559261\n');
  expect(readPostmasterPid(folder)).toMatchObject({ pid: 7710, status: 'starting' });
});

test('no file, an empty one and nonsense are nothing', () => {
  expect(readPostmasterPid(folder)).toBeUndefined();
  write('');
  expect(readPostmasterPid(folder)).toBeUndefined();
  write('garbage\n');
  expect(readPostmasterPid(folder)).toBeUndefined();
});
