import { readFile } from 'node:fs/promises';

/** Linux gives CPU times in these, whatever the kernel's own tick is. */
const ticksPerSecond = 100;

export type CpuTime = { userSeconds: number; systemSeconds: number };

/** CPU time of a whole process so far, all threads, as the operating system counts it: to 10 ms. */
async function readProcessCpu(pid: number): Promise<CpuTime> {
  return parseProcessStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
}

/** User and system time of `/proc/PID/stat` (proc(5), fields 14 and 15). */
export function parseProcessStat(stat: string): CpuTime {
  // The name in field 2 may hold blanks and brackets: what follows its last bracket begins with field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const user = Number(fields[11]);
  const system = Number(fields[12]);
  if (!Number.isInteger(user) || !Number.isInteger(system)) throw new Error(`not a /proc/PID/stat: ${stat}`);
  return { userSeconds: user / ticksPerSecond, systemSeconds: system / ticksPerSecond };
}

/** Seconds of CPU, user and system together, that a process spends while something happens. */
export async function measureCpu<Result>(
  pid: number,
  happen: () => Promise<Result>,
): Promise<{ cpuSeconds: number; result: Result }> {
  const before = await readProcessCpu(pid);
  const result = await happen();
  const after = await readProcessCpu(pid);
  const cpuSeconds = after.userSeconds - before.userSeconds + after.systemSeconds - before.systemSeconds;
  return { cpuSeconds, result };
}
