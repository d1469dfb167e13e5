import { expect, test } from 'vitest';
import { measureCpu, parseProcessStat } from './process-cpu.ts';
import { parseSmapsRollup } from './process-memory.ts';
import { parseSockstat } from './socket-memory.ts';

test('CPU time is read from behind a name that holds blanks and brackets', () => {
  const stat =
    '4242 (node (a) b) S 1 4242 4242 0 -1 4194304 22000 0 0 0 345 67 0 0 20 0 11 0 1000 1100000000 14000 184467440';
  expect(parseProcessStat(stat)).toEqual({ userSeconds: 3.45, systemSeconds: 0.67 });
});

test('memory is the share of a process, in bytes', () => {
  const rollup = '00400000-7fff000 ---p 00000000 00:00 0 [rollup]\nRss:   60000 kB\nPss:   52345 kB\nPss_Dirty: 1 kB\n';
  expect(parseSmapsRollup(rollup)).toBe(52_345 * 1024);
});

test('memory of sockets is pages of TCP, not of UDP', () => {
  const sockstat = 'sockets: used 64\nTCP: inuse 11 orphan 0 tw 188 alloc 16 mem 75\nUDP: inuse 0 mem 9\n';
  expect(parseSockstat(sockstat)).toBe(75 * 4096);
});

test('what is no such file is refused, not read as nothing', () => {
  expect(() => parseProcessStat('')).toThrow('/proc/PID/stat');
  expect(() => parseSmapsRollup('')).toThrow('smaps_rollup');
  expect(() => parseSockstat('')).toThrow('sockstat');
});

test.runIf(process.platform === 'linux')('work of a process shows in its CPU time', async () => {
  const { cpuSeconds } = await measureCpu(process.pid, async () => {
    const before = process.cpuUsage();
    while (process.cpuUsage(before).user < 100_000);
  });
  expect(cpuSeconds).toBeGreaterThan(0.01);
});
