import type { Dialect } from './dialect.ts';
import { createRawDialect } from './raw-dialect.ts';
import { createPlainSocketIoDialect, createSeedDialect } from './socket-io-dialect.ts';
import { createFolkmootDialect, createTrpcAdapterDialect } from './trpc-dialect.ts';

/** The room that everyone is in. */
export const benchRoom = 'main-chat';

export const dialects = {
  folkmoot: () => createFolkmootDialect(benchRoom),
  'raw-ws': createRawDialect,
  'socket-io': createPlainSocketIoDialect,
  'trpc-adapter': createTrpcAdapterDialect,
  seed: createSeedDialect,
} as const satisfies Record<string, () => Dialect>;

export type DialectName = keyof typeof dialects;
