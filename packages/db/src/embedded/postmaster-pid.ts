import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running PostgreSQL writes about itself into its data folder. */
export type PostmasterPid = { pid: number; port: number; status: 'starting' | 'ready' | 'stopping' };

/** Reads `postmaster.pid`; undefined where there is none. One that is half written has no port yet, which reads as 0. */
export function readPostmasterPid(clusterDir: string): PostmasterPid | undefined {
  let text: string;
  try {
    text = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8');
  } catch {
    return undefined;
  }
  const lines = text.split('\n').map((line) => line.trim());
  const [pid, port, status] = [Number(lines[0]), Number(lines[3]), lines[7]];
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return {
    pid,
    port: Number.isInteger(port) ? port : 0,
    status: status === 'ready' || status === 'stopping' ? status : 'starting',
  };
}
