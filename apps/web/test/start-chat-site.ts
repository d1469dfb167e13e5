import { createTestDatabase, findFreePort, startFaultProxy, type FaultProxy } from '@folkmoot/db/testing';
import { writeDemoData } from '../../server/scripts/demo-data/write-demo-data.ts';
import { spawnServer } from '../../server/test/spawn-server.ts';

/** A server in a process of its own, on a database of its own, that serves the built page. */
export type ChatSite = {
  /** The page, without anything between. */
  url: string;
  /** The same page over {@link ChatSite.link}. */
  linkedUrl: string;
  link: FaultProxy;
  /** Writes so many messages of the demo community into the main room, which must be empty. Gives their ids in order. */
  writePast: (messages: number) => Promise<string[]>;
  kill: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
  /** After a kill: on the same port and database. */
  start: () => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
};

/** What the site signs its tokens with. */
export const siteSecret = 'a secret of the browser tests, long enough';

export async function startChatSite(): Promise<ChatSite> {
  const database = await createTestDatabase();
  const port = await findFreePort();
  const link = await startFaultProxy({ host: '127.0.0.1', port });
  const [url, linkedUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${link.port}`];
  const env = {
    DATABASE_URL: database.url,
    HOST: '127.0.0.1',
    PORT: String(port),
    AUTH_SECRET: siteSecret,
    GUEST_LOGIN: 'on',
    DRAIN_NOTICE_MS: '0',
    DRAIN_DEADLINE_MS: '2000',
    LOG_LEVEL: 'warn',
  };
  let server = await spawnServer({ env });
  return {
    url,
    linkedUrl,
    link,
    async writePast(messages) {
      const { db, sql, close } = database.connect();
      await writeDemoData(db, { seed: 7, messages, untilMs: Date.now() - 60_000, room: 'main-chat' });
      const written = await sql<{ id: string }[]>`select id from folkmoot.community_chat order by seq`;
      await close();
      return written.map(({ id }) => id);
    },
    kill: async (signal) => server.kill(signal),
    async start() {
      server = await spawnServer({ env });
    },
    async [Symbol.asyncDispose]() {
      await link[Symbol.asyncDispose]();
      await server.stop();
      await database.close();
    },
  };
}
