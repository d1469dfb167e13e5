import { z } from 'zod';
import type { DialectName } from '../crowd/dialects.ts';
import { endChild, forkModule, modulePath } from '../fork-module.ts';
import type { RunningPeer } from './peer.ts';

const announcementSchema = z.object({ port: z.number() });

/** What every server process is started with: it collects its garbage when it is asked to. */
export const collectingFlags = [
  '--expose-gc',
  '--import',
  new URL(`file://${modulePath('./servers/collect-on-signal')}`).href,
];

/** Starts one of the modules in ../servers and waits until it announces its port. */
export async function startServerProcess(
  module: string,
  { dialect, args = [] }: { dialect: DialectName; args?: readonly string[] },
): Promise<RunningPeer> {
  const child = forkModule(`./servers/${module}`, { args, execArgv: collectingFlags });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('message', (message) => resolve(announcementSchema.parse(message).port));
  child.once('exit', (code) => reject(new Error(`${module} ended with ${code} before it listened.`)));
  const port = await promise;
  return { pid: child.pid ?? 0, url: `http://127.0.0.1:${port}`, dialect, stop: async () => endChild(child) };
}
