import { createChatServices } from '@folkmoot/api';
import { connectDatabase, migrateDatabase } from '@folkmoot/db';
import { type AppRouter, type Context, createAppRouter } from './app-router.ts';
import { createSessions, type Sessions } from './sessions.ts';

/** All that does not depend on how the application speaks HTTP. */
export type Application = {
  router: AppRouter;
  logIn: Sessions['logIn'];
  /** The context of a request or an upgrade, by its Cookie header. */
  createContext: (cookies: string | null | undefined) => Context;
  /** Answers the writes under way and ends the streams, so that the HTTP server can close. */
  close: () => Promise<void>;
};

export async function openApplication(databaseUrl: string): Promise<Application> {
  await migrateDatabase({ url: databaseUrl });
  const database = connectDatabase({ url: databaseUrl });
  const services = await createChatServices({ database: database.db, rooms: ['main-chat'] });
  const sessions = createSessions();
  return {
    router: createAppRouter(services),
    logIn: sessions.logIn,
    createContext: (cookies) => ({ findSession: () => sessions.find(cookies) }),
    async close() {
      await services.close();
      await database.close();
    },
  };
}
