import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What a server process said of its embedded PostgreSQL. */
export type Said = { url: string; port: number; adopted: boolean } | { refused: string };

export type EmbeddedServer = {
  pid: number;
  said: Said;
  /** kill -9, which leaves its PostgreSQL behind. */
  kill(): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
};

const script = fileURLToPath(new URL('./run-embedded-postgres.ts', import.meta.url));

/** Starts a Node process that runs the embedded PostgreSQL on this folder, if need be as another user. */
export async function startEmbeddedServer(
  dataDir: string,
  user?: { uid: number; gid: number },
): Promise<EmbeddedServer> {
  const child = spawn(process.execPath, ['--conditions=@folkmoot/source', script, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...user,
  });
  const exited = once(child, 'exit');
  const said = await Promise.race([readAnswer(child), exited.then(() => ({ refused: 'It ended without a word.' }))]);
  return {
    pid: child.pid ?? 0,
    said,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}

async function readAnswer(child: ChildProcess): Promise<Said> {
  if (!child.stdout) throw new Error('The child has no output.');
  for await (const line of createInterface(child.stdout)) {
    const answer: Said = JSON.parse(line);
    return answer;
  }
  return { refused: 'It said nothing.' };
}
