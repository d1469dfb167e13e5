import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type SpawnedServer = {
  /** As the process printed it. */
  url: string;
  pid: number;
  /** What it has written so far, both streams together. */
  output: () => string;
  /** Sends a signal to the process alone; kill -9 by default. Resolves when it has gone. */
  kill: (signal?: NodeJS.Signals) => Promise<void>;
  /** An orderly stop; gives the exit code. */
  stop: () => Promise<number | null>;
  [Symbol.asyncDispose]: () => Promise<void>;
};

export type ServerRun = { code: number | null; stdout: string; stderr: string };

const sourceMain = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const builtMain = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export type SpawnOptions = {
  /** The whole environment, but for PATH and HOME. */
  env: Record<string, string>;
  /** Runs what was built, as `start` does, and not the sources. */
  built?: boolean;
};

/** The server as a process of its own. Resolves when it says that it listens; rejects with its output if it ends before. */
export async function spawnServer(options: SpawnOptions): Promise<SpawnedServer> {
  const run = startProcess(options);
  const url = await run.listening;
  const { child, exited } = run;
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return (await exited).code;
  };
  return {
    url,
    pid: child.pid ?? 0,
    output: run.output,
    kill: async (signal = 'SIGKILL') => {
      await end(signal);
    },
    stop: async () => end('SIGTERM'),
    [Symbol.asyncDispose]: async () => {
      await end('SIGTERM');
    },
  };
}

/** Runs the server until it ends by itself: for starts that must fail. */
export async function runServer(options: SpawnOptions): Promise<ServerRun> {
  const { exited, listening, child } = startProcess(options);
  listening.then(
    () => child.kill('SIGTERM'),
    () => {},
  );
  return exited;
}

function startProcess({ env, built = false }: SpawnOptions) {
  // Node reads the sources by itself, in a fraction of the time that a loader takes.
  const plainNode = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
  const fromSource = [...plainNode, '--conditions=@folkmoot/source', sourceMain];
  const { PATH = '', HOME = '' } = process.env;
  const child: ChildProcess = spawn(process.execPath, built ? [builtMain] : fromSource, {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const listening = Promise.withResolvers<string>();
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    const url = /^folkmoot listening on (http:\S+)$/m.exec(stdout)?.[1];
    if (url !== undefined) listening.resolve(url);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exited = new Promise<ServerRun>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  exited.then(
    () => listening.reject(new Error(`The server ended before it listened:\n${stdout}${stderr}`)),
    () => {},
  );
  return { child, exited, listening: listening.promise, output: () => stdout + stderr };
}
