import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';

const tries = 5;
const restartAfterMs = 1_000;

export type LocalRedis = { url: string; close(): Promise<void> };

/**
 * Starts redis-server, keeping nothing on disk, where it is installed, and starts it again whenever it ends by itself or
 * is killed; undefined where it is not installed.
 */
export async function keepRedisRunning(say: (line: string) => void): Promise<LocalRedis | undefined> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const port = randomInt(20_000, 30_000);
    const first = spawnRedis(port);
    const ended = onEnd(first);
    const isInstalled = await Promise.race([once(first, 'spawn').then(() => true), ended.then(() => false)]);
    if (!isInstalled) return undefined;
    const outcome = await Promise.race([ended.then(() => 'ended' as const), untilListening(port)]);
    // Another process has the port.
    if (outcome === 'ended') continue;
    return supervise(first, port, say);
  }
  return undefined;
}

function supervise(first: ChildProcess, port: number, say: (line: string) => void): LocalRedis {
  let child = first;
  let isClosed = false;
  let restart: NodeJS.Timeout | undefined;

  function watch(): void {
    say(`Redis serves on port ${port}, pid ${child.pid}`);
    child.once('error', (error) => say(`Redis cannot be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      if (isClosed) return;
      say(`Redis has ended (${signal ?? code})`);
      restart = setTimeout(() => {
        child = spawnRedis(port);
        watch();
      }, restartAfterMs);
    });
  }

  watch();
  return {
    url: `redis://127.0.0.1:${port}`,
    async close() {
      isClosed = true;
      clearTimeout(restart);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = onEnd(child);
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function spawnRedis(port: number): ChildProcess {
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', tmpdir()];
  const settings = [...place, '--save', '', '--appendonly', 'no'];
  return spawn('redis-server', settings, { stdio: 'ignore', detached: true });
}

async function onEnd(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
}

async function untilListening(port: number): Promise<'listening'> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const isListening = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isListening) return 'listening';
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('redis-server does not come up.');
}
