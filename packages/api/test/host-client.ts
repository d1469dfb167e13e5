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
import superjson from 'superjson';
import type { HostRouter } from './host-application.ts';

export type HostTransport = 'websocket' | 'http';

export type HostClient = { trpc: TRPCClient<HostRouter>; [Symbol.dispose](): void };

/** A stock client of the host: everything over one WebSocket, or calls over HTTP and streams over SSE. */
export function connectHostClient(url: string, transport: HostTransport, session?: string): HostClient {
  if (transport === 'websocket') {
    const socket = createWSClient({
      url: url.replace('http', 'ws'),
      connectionParams: () => (session === undefined ? {} : { session }),
    });
    const trpc = createTRPCClient<HostRouter>({ links: [wsLink({ client: socket, transformer: superjson })] });
    return { trpc, [Symbol.dispose]: () => void socket.close() };
  }
  const headers = session === undefined ? {} : { cookie: `session=${session}` };
  const trpc = createTRPCClient<HostRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({
          url,
          transformer: superjson,
          EventSource,
          eventSourceOptions: {
            fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers } }),
          },
        }),
        false: httpBatchLink({ url, transformer: superjson, headers }),
      }),
    ],
  });
  return { trpc, [Symbol.dispose]: () => undefined };
}
