import { userInfo } from 'node:os';
import { stderr, stdin, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { defaultRoom } from '@folkmoot/contract';
import { toPrintableLine } from './printable-text.ts';
import { runTerminalChat } from './run-terminal-chat.ts';
import { signIn } from './sign-in.ts';

const usage = `The chat in a terminal: shows a room as it goes on and sends the lines that you type. Ctrl-C or /quit ends it, /who lists who is here.

  pnpm chat [--url http://127.0.0.1:5000/trpc] [--room ${defaultRoom}] [--name NAME | --token TOKEN]

Without a token you are a guest. It can be piped: "echo built | pnpm chat --token …" sends a line and ends.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'http://127.0.0.1:5000/trpc' },
      room: { type: 'string', default: defaultRoom },
      name: { type: 'string', default: userInfo().username },
      token: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { url, room, name, token, help } = values;
  if (help) {
    stdout.write(`${usage}\n`);
    return 0;
  }
  const me = await signIn({ url, name, ...(token !== undefined && { token }) });
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  // `pnpm chat | head` has seen enough.
  stdout.on('error', () => stop.abort());
  const isTerminal = stdin.isTTY && stdout.isTTY;
  const { failed } = await runTerminalChat({
    ...me,
    url,
    room,
    input: stdin,
    output: stdout,
    isTerminal,
    signal: stop.signal,
  });
  return failed > 0 ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    stderr.write(`${toPrintableLine(error instanceof Error ? error.message : String(error))}\n`);
    process.exit(1);
  },
);
