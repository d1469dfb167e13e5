import type { DatabaseClient } from '@folkmoot/db';
import type { DrizzleDatabase } from '@folkmoot/db/drizzle';
import { createTestDatabase, type TestDatabase } from '@folkmoot/db/testing';
import { type ChatServices, type ChatServicesOptions, createChatServices } from '../chat-services.ts';
import { createFolkmootRouter, type FolkmootRouter } from '../folkmoot-router.ts';
import type { Identity } from '../identity.ts';
import type { GuestTokens } from '../users/guest-login.ts';
import { type FollowedRoom, followRoom } from './follow-room.ts';

/**
 * What the test router takes for a connection: who it is, nobody, or what `authenticate` throws. One object a
 * connection, as with tRPC.
 */
export type TestContext = { identity: Identity | Error | null; address?: string };

const createCaller = (router: FolkmootRouter, context: TestContext) => router.createCaller(context);

export type TestApi = {
  services: ChatServices;
  router: FolkmootRouter;
  database: DrizzleDatabase;
  /** The driver below `database`: everything that the services ask passes through it. */
  sql: DatabaseClient;
  testDatabase: TestDatabase;
  /** A connection of this person: calls of one caller share one context, and so one write order (S6). */
  caller(identity: Identity | Error | null, address?: string): ReturnType<typeof createCaller>;
  /** A subscription to `chat.message` over a connection of its own, read as fast as it comes. */
  follow(identity: Identity, input?: { room?: string; lastEventId?: string | null }): FollowedRoom;
  [Symbol.asyncDispose](): Promise<void>;
};

export type TestApiOptions = Partial<ChatServicesOptions> & {
  guests?: GuestTokens;
  /** Another node, whose database this one works on, too. */
  sharing?: TestApi;
  /** A database that the test itself opens and closes; a new one by default. */
  testDatabase?: TestDatabase;
};

/** The whole router over real PostgreSQL, in process. Rate limits are off unless asked for. */
export async function createTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const { guests, sharing, ...rest } = options;
  const given = options.testDatabase ?? sharing?.testDatabase;
  const testDatabase = given ?? (await createTestDatabase());
  const connection = testDatabase.connect();
  const services = await createChatServices({
    rateLimits: false,
    rooms: ['main-chat', 'side-room'],
    ...rest,
    database: connection.db,
  });
  const router = createFolkmootRouter<TestContext>({
    services,
    authenticate({ identity }) {
      if (identity instanceof Error) throw identity;
      return identity;
    },
    clientAddress: ({ address }) => address,
    guests,
  });
  return {
    services,
    router,
    database: connection.db,
    sql: connection.sql,
    testDatabase,
    caller: (identity, address) => createCaller(router, { identity, ...(address !== undefined && { address }) }),
    follow: (identity, input = {}) =>
      followRoom((signal) => router.createCaller({ identity }, { signal }).chat.message(input)),
    async [Symbol.asyncDispose]() {
      await services.close();
      await connection.close();
      if (!given) await testDatabase.close();
    },
  };
}
