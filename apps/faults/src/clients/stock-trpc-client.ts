import type { FolkmootRouter } from '@folkmoot/api';
import {
  createTRPCClient,
  createWSClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
  wsLink,
} from '@trpc/client';
import { EventSource } from 'eventsource';
import { setTimeout as sleep } from 'node:timers/promises';
import superjson from 'superjson';

const closesWithinMs = 2_000;

export type StockTrpcClient = {
  chat: TRPCClient<FolkmootRouter>['chat'];
  close(): Promise<void>;
};

export type StockTrpcClientOptions = {
  url: string;
  token: string;
  /** All over one WebSocket; or streams as server-sent events and calls as HTTP batches. */
  way: 'websocket' | 'sse';
  onOpen?: () => void;
  onClose?: (code: number) => void;
};

/** Nothing but `@trpc/client`, with its own delays and the keep-alive that docs/protocol.md asks for. */
export function createStockTrpcClient(options: StockTrpcClientOptions): StockTrpcClient {
  const { url, token, way, onOpen, onClose } = options;
  const transformer = superjson;
  if (way === 'sse') {
    const trpc = createTRPCClient<FolkmootRouter>({
      links: [
        splitLink({
          condition: ({ type }) => type === 'subscription',
          true: httpSubscriptionLink({ url: `${url}/trpc`, transformer, EventSource, connectionParams: { token } }),
          false: httpBatchLink({ url: `${url}/trpc`, transformer, headers: { authorization: `Bearer ${token}` } }),
        }),
      ],
    });
    return { chat: trpc.chat, close: async () => {} };
  }
  const client = createWSClient({
    url: `${url.replace(/^http/, 'ws')}/trpc`,
    keepAlive: { enabled: true, pongTimeoutMs: 10_000 },
    connectionParams: { token },
    onOpen: () => onOpen?.(),
    onClose: (cause) => onClose?.(cause?.code ?? 0),
  });
  const trpc = createTRPCClient<FolkmootRouter>({ links: [wsLink({ client, transformer })] });
  return {
    chat: trpc.chat,
    async close() {
      // A peer that is paused or cut off never answers the farewell.
      await Promise.race([client.close(), sleep(closesWithinMs)]);
    },
  };
}
