import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A node that the balancer may lead to. */
export type ClusterNode = {
  name: string;
  /** Undefined while it is down. */
  port(): number | undefined;
  /** Stops it in order and leaves it down. */
  close(): Promise<void>;
};

const serverMain = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const restartAfterMs = 1_000;
const listeningLine = /folkmoot listening on http:\/\/[^\s:]+:(\d+)/;

/** Starts a node and starts it again whenever it ends by itself or is killed. Resolves when it serves the first time. */
export async function keepNodeRunning(options: {
  number: number;
  environment: Record<string, string>;
  say: (line: string) => void;
}): Promise<ClusterNode> {
  const { number, environment, say } = options;
  const name = `node ${number}`;
  let child: ChildProcess | undefined;
  let port: number | undefined;
  let isClosed = false;
  const first = Promise.withResolvers<void>();

  function start(): void {
    const { PATH, HOME } = process.env;
    const env = { ...(PATH === undefined ? {} : { PATH }), ...(HOME === undefined ? {} : { HOME }), ...environment };
    // In a group of its own: a Ctrl-C is for the cluster, which stops its nodes in order.
    const started = spawn(process.execPath, [serverMain], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    child = started;
    started.stdout.setEncoding('utf8');
    started.stdout.on('data', (text: string) => {
      const found = listeningLine.exec(text)?.[1];
      if (found === undefined) return;
      port = Number(found);
      say(`${name} serves on port ${port}, pid ${started.pid}`);
      first.resolve();
    });
    started.once('exit', (code, signal) => {
      port = undefined;
      if (isClosed) return;
      say(`${name} has ended (${signal ?? code})`);
      first.reject(new Error(`${name} does not start.`));
      setTimeout(() => {
        if (!isClosed) start();
      }, restartAfterMs);
    });
  }

  start();
  await first.promise;
  return {
    name,
    port: () => port,
    async close() {
      isClosed = true;
      const ending = child;
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      ending.kill('SIGTERM');
      await ended;
    },
  };
}
