import { requireTool } from '@folkmoot/db/testing';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChatWindow, type ChatWindow } from './chat-window.ts';
import { eventually } from './eventually.ts';
import { readRoom } from './read-room.ts';
import { spawnServer, type SpawnedServer } from './spawn-server.ts';
import { createStockClient, findFreePort, type StockClient } from './start-test-server.ts';
import { makeTemporaryDataDir, type TemporaryDataDir } from './temporary-data-dir.ts';

const executablePath = requireTool('chromium');
const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const earlier = Array.from({ length: 500 }, (_, index) => `earlier message ${index}`);

describe.skipIf(executablePath === undefined)('two browser windows on the demo page', () => {
  let dataDir: TemporaryDataDir;
  let browser: Browser;
  let server: SpawnedServer;
  let env: Record<string, string>;
  let url: string;
  let reader: StockClient;
  let ada: ChatWindow;
  let grace: ChatWindow;

  beforeAll(async () => {
    dataDir = makeTemporaryDataDir();
    const port = await findFreePort();
    url = `http://127.0.0.1:${port}`;
    // As at home: the server makes its own secret, and guests stay who they are across a restart.
    env = { DATA_DIR: dataDir.path, HOST: '127.0.0.1', PORT: String(port), RATE_LIMITS: 'off', LOG_LEVEL: 'warn' };
    server = await spawnServer({ env });
    const { token } = await createStockClient(url).trpc.auth.guest.mutate({ name: 'Edith' });
    reader = createStockClient(url, token, { calls: 'websocket' });
    for (let sent = 0; sent < earlier.length; sent += 50) {
      await Promise.all(
        earlier.slice(sent, sent + 50).map(async (message) => reader.trpc.chat.send.mutate({ message })),
      );
    }
    browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: chromiumArgs });
    [ada, grace] = await Promise.all([openChatWindow(browser, url), openChatWindow(browser, url)]);
  });
  afterAll(async () => {
    await browser.close();
    await reader.close();
    await server.stop();
    dataDir[Symbol.dispose]();
  });

  /** The last message that both windows show, once it has this text in both. */
  async function bothShow(text: string): Promise<string> {
    const shown = new Set<string | undefined>();
    for (const window of [ada, grace]) {
      await eventually(async () => expect((await window.messages()).at(-1)?.text).toBe(text));
      shown.add((await window.messages()).at(-1)?.id);
    }
    const [id] = shown;
    expect(shown.size).toBe(1);
    return id ?? '';
  }

  it('join, and see each other (P1)', async () => {
    await ada.join('Ada');
    await grace.join('Grace');
    for (const window of [ada, grace]) {
      await eventually(async () => expect(await window.find('connection').getAttribute('data-state')).toBe('live'));
      await eventually(async () => {
        const names = (await window.find('person').allTextContents()).join();
        expect(names).toMatch(/Ada/);
        expect(names).toMatch(/Grace/);
      });
    }
  });

  it('type, send, edit and delete (P4, R8)', async () => {
    await ada.type('Hello');
    await eventually(async () => expect(await grace.find('typing').textContent()).toMatch(/Ada.* is typing/));
    await ada.send('Hello, Grace!');
    const hello = await bothShow('Hello, Grace!');
    await eventually(async () => expect(await grace.find('typing').textContent()).toBe(''));
    expect((await ada.messages()).at(-1)).toMatchObject({ isOwn: true });
    expect((await grace.messages()).at(-1)).toMatchObject({ isOwn: false });
    expect(await grace.message(hello).getByRole('button', { name: 'Edit' }).count()).toBe(0);

    await grace.send('Hello, Ada!');
    const answer = await bothShow('Hello, Ada!');
    await ada.edit(hello, 'Good morning, Grace!');
    await eventually(async () => {
      const text = await grace.message(hello).locator('.message-text').textContent();
      expect(text).toBe('Good morning, Grace!');
    });
    await grace.remove(answer);
    for (const window of [ada, grace]) {
      await eventually(async () => expect(await window.message(answer).getAttribute('class')).toMatch(/deleted/));
      expect(await window.find('messages').textContent()).not.toContain('Hello, Ada!');
    }
  });

  it.each([
    '<script>alert(1)</script><img src=x onerror="alert(1)"><style>*{display:none}</style>',
    'javascript:alert(1) [click](javascript:alert(1)) data:text/html,<script>alert(1)</script>',
    '\u202Egnp.exe\u202C and \u2066isolated\u2069 and &lt;b&gt;',
  ])('take no text for anything but text: %s (S3, A8)', async (text) => {
    await ada.send(text);
    const id = await bothShow(text);
    for (const window of [ada, grace]) {
      expect(await window.message(id).locator('script, style, a, b, [onerror], img[src="x"]').count()).toBe(0);
    }
  });

  it('make links of addresses that are safe, and of no others', async () => {
    await grace.send('see https://example.org/a?b=c and vbscript:msgbox(1)');
    const id = await bothShow('see https://example.org/a?b=c and vbscript:msgbox(1)');
    const links = ada.message(id).locator('a');
    expect(await links.count()).toBe(1);
    expect(await links.getAttribute('href')).toBe('https://example.org/a?b=c');
    expect(await links.getAttribute('rel')).toContain('noopener');
  });

  it('take no name for anything but a name (A9)', async () => {
    const guest = await openChatWindow(browser, url);
    await guest.join('<img src=x onerror=alert(1)>\u202Ecod');
    await guest.send('who am I?');
    const id = await bothShow('who am I?');
    for (const window of [ada, grace, guest]) {
      // Direction marks are cleaned away; what is left is shown letter by letter, inside an isolate.
      await eventually(async () =>
        expect(await window.find('person').locator('bdi').allTextContents()).toContain(
          '<img src=x onerror=alert(1)>cod',
        ),
      );
      expect(await window.message(id).locator('img[src="x"]').count()).toBe(0);
      expect(await window.find('people').locator('img[src="x"]').count()).toBe(0);
    }
    expect(await guest.complaints()).toEqual([]);
    await guest.close();
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'live through a restart of the server (%s): nothing is lost, nothing doubled (R5, S2, T6)',
    async (signal) => {
      await ada.send(`before ${signal}`);
      await bothShow(`before ${signal}`);
      await server.kill(signal);
      for (const window of [ada, grace]) {
        await eventually(async () => {
          expect(await window.find('connection').getAttribute('data-state')).toBe('waiting');
        });
      }
      await ada.send(`written while there was no server, ${signal}`);
      server = await spawnServer({ env });
      for (const window of [ada, grace]) {
        await eventually(async () => {
          expect(await window.find('connection').getAttribute('data-state')).toBe('live');
        }, 120_000);
      }
      await bothShow(`written while there was no server, ${signal}`);
      await grace.send(`after ${signal}`);
      await bothShow(`after ${signal}`);
      for (const window of [ada, grace]) {
        expect(await window.find('messages').locator('[data-state=sending], [data-state=failed]').count()).toBe(0);
      }
    },
  );

  it('scroll back through 500 messages, each there once and in order, as they are stored', async () => {
    const { messages } = await readRoom(reader);
    const stored = messages.map(({ id, message, isDeleted }) => ({ id, text: message, isDeleted }));
    expect(stored.slice(0, earlier.length).map(({ text }) => text)).toEqual(earlier);
    for (const window of [grace, ada]) {
      // A walk can step over rows while they are measured; what is wrong on the page is so on every walk.
      await eventually(async () => {
        const shown = await window.readAll();
        expect(shown.map(({ id, text, isDeleted }) => ({ id, text, isDeleted }))).toEqual(stored);
      }, 60_000);
    }
  });

  it('leave: by closing the window after a grace, and by signing out (P1)', async () => {
    expect(await ada.complaints()).toEqual([]);
    await ada.close();
    await eventually(async () => {
      expect((await grace.find('person').allTextContents()).join()).not.toMatch(/Ada/);
    }, 40_000);
    await grace.find('sign-out').click();
    await grace.find('name').waitFor();
    expect(await grace.complaints()).toEqual([]);
    await grace.close();
  });
});
