import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from './cluster.ts';
import { openServerLog } from './server-log.ts';

type Run = {
  program: 'postgres' | 'initdb';
  /** The folder that the arguments are about. */
  folder: string;
  args: (folder: string) => string[];
  env?: Record<string, string>;
};

/**
 * Runs one of PostgreSQL's programs on a folder as the cluster's account, its output going to the log. It is no part of
 * our process group: a Ctrl-C in the terminal is ours to answer, and stops the database only after the server.
 */
export function runPostgres(cluster: Cluster, { program, folder, args, env = {} }: Run): ChildProcess {
  const log = openServerLog(cluster.logFile);
  const open = cluster.byOpenFolder ? openSync(folder, 'r') : undefined;
  try {
    return spawn(join(cluster.binDir, program), args(open === undefined ? folder : '/proc/self/fd/3'), {
      // The time zone of the machine is looked for at length otherwise, and its language would be that of the log.
      env: { TZ: 'UTC', LC_ALL: 'C', PATH: '/usr/bin:/bin', ...env },
      stdio: ['ignore', log, log, ...(open === undefined ? [] : [open])],
      detached: true,
      ...(cluster.user ? { uid: cluster.user.uid, gid: cluster.user.gid } : {}),
    });
  } finally {
    closeSync(log);
    if (open !== undefined) closeSync(open);
  }
}
