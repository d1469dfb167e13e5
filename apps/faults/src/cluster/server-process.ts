import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { NodeReport } from '../check/check-nodes.ts';

/** The server as it is built and deployed, on a port that stays its own over all its starts. */
export type ServerProcess = {
  port: number;
  pid(): number | undefined;
  /** Starts it; resolves when it serves. Nothing if it runs. */
  start(): Promise<void>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when it has ended, or was killed for not ending. */
  stop(): Promise<void>;
  /** SIGSTOP: it neither answers nor notices that time goes by. */
  pause(): void;
  resume(): void;
  ends: NodeReport['ends'];
  output(): string;
};

const serverMain = fileURLToPath(new URL('../../../server/dist/main.js', import.meta.url));
const startsWithinMs = 60_000;
const stopsWithinMs = 30_000;

/** @param env the whole environment of the process */
export function createServerProcess(port: number, env: Record<string, string>): ServerProcess {
  const ends: NodeReport['ends'] = [];
  let output = '';
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  let asked: { sinceMs: number } | undefined;

  async function start(): Promise<void> {
    if (child) return;
    const started = spawn(process.execPath, [serverMain], {
      env: { ...env, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    asked = undefined;
    const listening = Promise.withResolvers<void>();
    let stdout = '';
    started.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (/^folkmoot listening on /m.test(stdout)) listening.resolve();
    });
    started.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    ended = new Promise((resolve) => {
      started.once('close', (code, signal) => {
        child = undefined;
        ends.push({
          code,
          signal,
          wasAsked: asked !== undefined,
          tookMs: asked ? performance.now() - asked.sinceMs : 0,
        });
        listening.reject(new Error(`The node on port ${port} does not start:\n${output.slice(-2_000)}`));
        resolve();
      });
    });
    const timer = setTimeout(
      () => listening.reject(new Error(`The node on port ${port} takes too long.`)),
      startsWithinMs,
    );
    try {
      await listening.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const ending = child;
    if (!ending) return;
    asked = { sinceMs: performance.now() };
    ending.kill(signal);
    const timer = setTimeout(() => ending.kill('SIGKILL'), stopsWithinMs);
    await ended;
    clearTimeout(timer);
  }

  return {
    port,
    pid: () => child?.pid,
    start,
    kill: async () => end('SIGKILL'),
    stop: async () => end('SIGTERM'),
    pause: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    ends,
    output: () => output,
  };
}
