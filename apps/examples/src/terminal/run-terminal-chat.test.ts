import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestServer, type StockClient, type TestServer } from '../../../server/test/start-test-server.ts';
import { runTerminalChat } from './run-terminal-chat.ts';
import { signIn } from './sign-in.ts';

let server: TestServer;
let bob: StockClient;
beforeAll(async () => {
  server = await startTestServer({ guestLogin: true, rooms: ['main-chat', 'piped', 'keys', 'process'] });
  bob = server.stockClient(await server.token({ sub: 'bob', username: 'bob', name: 'Bob' }));
});
afterAll(async () => {
  await bob.close();
  await server.close();
});

async function open(room: string, isTerminal: boolean) {
  const url = `${server.url}/trpc`;
  const me = await signIn({ url, name: 'Ann' });
  const input = new PassThrough();
  const output = new PassThrough();
  let printed = '';
  output.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
  const ended = runTerminalChat({ ...me, url, room, input, output, isTerminal });
  return { me, input, ended, printed: () => printed };
}

const textsOf = async (room: string) =>
  (await bob.trpc.chat.history.query({ room })).messages.map(({ message }) => message);

test('piped, it sends each line in order, prints plain lines, and ends when all are acknowledged', async () => {
  await bob.trpc.chat.send.mutate({ room: 'piped', message: 'look: \u202Egnp.exe' });
  const { input, ended, printed } = await open('piped', false);
  input.end('one\n\ntwo\nthree');
  expect(await ended).toEqual({ failed: 0 });
  expect(await textsOf('piped')).toEqual(['look: \u202Egnp.exe', 'one', 'two', 'three']);
  expect(printed()).toMatch(/^\d\d:\d\d Bob: look: gnp\.exe$/m);
  expect(printed()).not.toMatch(/\u001B|\u202E/);
});

test('a line that the server refuses is told and counted, and the next ones are sent', async () => {
  const { input, ended, printed } = await open('piped', false);
  input.end(`${'x'.repeat(5_001)}\nshorter\n`);
  expect(await ended).toEqual({ failed: 1 });
  expect(printed()).toMatch(/^! not sent: /m);
  expect((await textsOf('piped')).at(-1)).toBe('shorter');
});

test('on a terminal it shows who comes, who types and what is said above the line being typed, and Ctrl-C ends it', async () => {
  const room = 'keys';
  const { input, ended, printed, me } = await open(room, true);
  // Who is here comes after the connection: of somebody who comes in between, only the first list would tell.
  await vi.waitFor(() => expect(printed()).toContain('· Nobody else is here'));
  expect(printed()).toContain('· connected');
  const bobs = bob.trpc.chat.message.subscribe({ room }, { onData: () => undefined });
  await vi.waitFor(() => expect(printed()).toContain('→ Bob is here'));
  await bob.trpc.chat.setTyping.mutate({ room, isTyping: true });
  await vi.waitFor(() => expect(printed()).toContain('Bob typing… > '));

  const typing: string[] = [];
  const isListening = vi.fn<() => void>();
  const hints = bob.trpc.chat.hints.subscribe(
    { room },
    {
      onData(event) {
        if (event.type === 'presence-state') isListening();
        else if (event.type === 'user-typing' && event.isTyping) typing.push(event.user.id);
      },
    },
  );
  await vi.waitFor(() => expect(isListening).toHaveBeenCalled());
  input.write('half a li');
  await vi.waitFor(() => expect(typing).toContain(me.ownUser.id));
  await bob.trpc.chat.send.mutate({ room, message: 'hello Ann' });
  await vi.waitFor(() => expect(printed()).toMatch(/Bob: hello Ann\n[^\n]*> half a li/));
  input.write('ne\r');
  await vi.waitFor(async () => expect(await textsOf(room)).toEqual(['hello Ann', 'half a line']));

  input.write('/halp\r');
  await vi.waitFor(() => expect(printed()).toContain('There are /who and /quit.'));
  input.write(' /halp\r');
  await vi.waitFor(async () => expect(await textsOf(room)).toEqual(['hello Ann', 'half a line', '/halp']));

  input.write('\u0003');
  expect(await ended).toEqual({ failed: 0 });
  bobs.unsubscribe();
  hints.unsubscribe();
});

test('as a process it takes a pipe, and says in a sentence why it cannot start', async () => {
  const program = fileURLToPath(new URL('chat-in-terminal.ts', import.meta.url));
  const run = async (url: string, typed: string) => {
    const args = [
      '--conditions=@folkmoot/source',
      '--import',
      'tsx',
      program,
      '--url',
      url,
      '--name',
      'Pip',
      '--room',
      'process',
    ];
    const child = spawn(process.execPath, args, { stdio: 'pipe' });
    child.stdin.end(typed);
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    return { stdout, stderr, code: code as number };
  };
  const sent = await run(`${server.url}/trpc`, 'built in 12 s\n');
  expect(sent).toMatchObject({ stderr: '', code: 0 });
  expect(sent.stdout).toMatch(/Pip \(guest\): built in 12 s\n/);
  expect(await textsOf('process')).toEqual(['built in 12 s']);

  const refused = await run('http://127.0.0.1:1/trpc', 'nobody there\n');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^[^\n]+\n$/);
});
