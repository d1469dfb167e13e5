import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { createChat, type RoomSession } from '@folkmoot/client';
import type { SignedIn } from './sign-in.ts';
import { toPrintableLine } from './printable-text.ts';
import { createTranscript, nameOf } from './transcript.ts';

export type TerminalChatOptions = SignedIn & {
  url: string;
  room: string;
  input: Readable;
  output: Writable;
  /** Whether people look at it and type; else it prints plain lines and ends with its input. */
  isTerminal: boolean;
  /** Ends it, as Ctrl-C does. */
  signal?: AbortSignal;
};

/** A word after a slash, by itself or with more: not a path. */
const command = /^\/[a-z]+(\s|$)/i;
const eraseLine = '\r\u001B[K';

/**
 * Shows a room and sends each line of the input, until that ends, `/quit` or Ctrl-C; what has been typed by then is still
 * sent. On a terminal a command that it does not know is not sent to the room.
 *
 * @returns how many lines were refused for good
 */
export async function runTerminalChat(options: TerminalChatOptions): Promise<{ failed: number }> {
  const { url, token, ownUser, input, output, isTerminal, signal } = options;
  const chat = createChat({ url, ownUser, getToken: () => token });
  const room = chat.openRoom(options.room);
  const transcript = createTranscript(ownUser.id);
  const lines = createInterface({ input, ...(isTerminal && { output }), terminal: isTerminal });
  let failed = 0;

  const print = (printed: readonly string[]): void => {
    // Over the line that is being typed, which comes again below.
    if (printed.length > 0) output.write(`${isTerminal ? eraseLine : ''}${printed.join('\n')}\n`);
  };
  const show = (): void => {
    const snapshot = room.getSnapshot();
    print(transcript.next(snapshot));
    for (const { pending } of snapshot.rows) {
      if (pending?.state !== 'failed') continue;
      failed++;
      print([`! not sent: ${toPrintableLine(pending.failure?.message ?? '')}`]);
      room.discard(pending.id);
    }
    if (snapshot.problem) {
      print([`! ${toPrintableLine(snapshot.problem.message)}`]);
      lines.close();
      return;
    }
    if (!isTerminal) return;
    const typing = snapshot.typers.map(nameOf);
    lines.setPrompt(typing.length > 0 ? `${typing.join(', ')} typing… > ` : '> ');
    lines.prompt(true);
  };
  const unsubscribe = room.subscribe(show);
  const quit = (): void => lines.close();
  const type = (): void => room.typed(lines.line === '');
  signal?.addEventListener('abort', quit);
  lines.on('SIGINT', quit);
  if (isTerminal) input.on('keypress', type);

  try {
    for await (const line of lines) {
      if (line === '/quit') break;
      if (line === '/who') print(room.getSnapshot().presence.users.map(nameOf));
      else if (isTerminal && command.test(line))
        print(['! There are /who and /quit. With a blank before it, it is sent.']);
      else if (line.trim() !== '') room.send(line);
      show();
    }
    await untilSent(room, signal);
  } finally {
    unsubscribe();
    signal?.removeEventListener('abort', quit);
    input.off('keypress', type);
    lines.close();
    room.close();
    chat.close();
    if (isTerminal) output.write(eraseLine);
  }
  return { failed };
}

/** Everything typed has been acknowledged or refused, and shown; or nothing can be sent any more. */
async function untilSent(room: RoomSession, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const check = (): void => {
      const { rows, isLoaded, problem } = room.getSnapshot();
      const isDone = isLoaded && rows.every(({ pending }) => pending?.state !== 'sending');
      if (!isDone && problem === null && !signal?.aborted) return;
      unsubscribe();
      signal?.removeEventListener('abort', check);
      resolve();
    };
    const unsubscribe = room.subscribe(check);
    signal?.addEventListener('abort', check);
    check();
  });
}
