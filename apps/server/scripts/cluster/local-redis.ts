import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';

const tries = 5;

/** Starts redis-server, keeping nothing on disk, where it is installed; undefined where it is not. */
export async function startLocalRedis(): Promise<{ url: string; close(): Promise<void> } | undefined> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const port = randomInt(20_000, 30_000);
    const settings = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      tmpdir(),
      '--save',
      '',
      '--appendonly',
      'no',
    ];
    const child = spawn('redis-server', settings, { stdio: 'ignore', detached: true });
    const ended = new Promise<'ended'>((resolve) => {
      child.once('error', () => resolve('ended'));
      child.once('exit', () => resolve('ended'));
    });
    const isInstalled = await Promise.race([once(child, 'spawn').then(() => true), ended.then(() => false)]);
    if (!isInstalled) return undefined;
    const outcome = await Promise.race([ended, untilListening(port)]);
    if (outcome === 'ended') continue;
    return {
      url: `redis://127.0.0.1:${port}`,
      async close() {
        child.kill('SIGTERM');
        await ended;
      },
    };
  }
  return undefined;
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
