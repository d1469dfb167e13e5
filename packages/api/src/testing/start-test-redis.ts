import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@folkmoot/db/testing';

export type TestRedis = {
  port: number;
  /** kill -9; it stays down until `start`. */
  kill(): Promise<void>;
  start(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * A redis-server of a test's own, with nothing kept on disk; as `isCluster`, a cluster of this one node.
 *
 * @param program what `requireTool('redis-server')` found
 */
export async function startTestRedis(program: string, options: { isCluster?: boolean } = {}): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-redis-'));
  const port = await findFreePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  if (options.isCluster)
    settings.push('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', '--cluster-node-timeout', '2000');
  let process: ChildProcess | undefined;

  async function start(): Promise<void> {
    process = spawn(program, settings, { stdio: 'ignore' });
    await until(port, 'PING', 'PONG');
    if (!options.isCluster) return;
    await ask(port, 'CLUSTER ADDSLOTSRANGE 0 16383');
    await until(port, 'CLUSTER INFO', 'cluster_state:ok');
  }

  async function kill(): Promise<void> {
    const ending = process;
    process = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGKILL');
    await gone;
  }

  await start();
  return {
    port,
    kill,
    start,
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function until(port: number, command: string, answer: string): Promise<void> {
  for (let attempt = 1; !(await ask(port, command))?.includes(answer); attempt++) {
    if (attempt === 200) throw new Error('The redis-server of the test does not come up.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What Redis answers to one command in its inline form, at least the beginning; undefined when it does not. */
async function ask(port: number, command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer?: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('error', () => end());
    socket.once('data', (data) => end(data.toString()));
    socket.once('connect', () => socket.write(`${command}\r\n`));
    socket.setTimeout(1_000, () => end());
  });
}
