import type { FolkmootRouter } from '@folkmoot/api';
import { limits } from '@folkmoot/contract';
import { type TRPCClient, createTRPCClient, createWSClient, httpBatchLink, splitLink, wsLink } from '@trpc/client';
import type { EventSourceConstructor } from 'eventsource';
import superjson from 'superjson';
import { createBackoff } from './backoff.ts';
import { clientMessageIdLink } from './client-message-id-link.ts';
import { endpointUrls } from './endpoint-urls.ts';
import { promptWebSocket } from './prompt-web-socket.ts';
import { randomUuid } from './random-uuid.ts';
import { resubscribeLink } from './resubscribe-link.ts';
import { sseLink } from './sse-link.ts';
import { type ConnectionView, createStreamTracker } from './stream-tracker.ts';
import { timedFetch } from './timed-fetch.ts';
import { type TokenRejection, tokenRejectionLink } from './token-rejection-link.ts';

/** What {@link createChatClient} takes; only `url` has to be given. */
export type ChatClientOptions = {
  /** The chat's tRPC endpoint, absolute: `https://example.org/trpc`. */
  url: string;
  /**
   * The caller's token, asked for before every request and every (re)connect; null for nobody. When it fails, a call
   * fails with it and a connection is tried again later.
   */
  getToken?: (() => MaybeToken | Promise<MaybeToken>) | undefined;
  /** How streams come, 'websocket' by default. 'sse' is for networks that let no WebSocket through. */
  transport?: 'websocket' | 'sse' | undefined;
  /** The server refused the token, so it is time to sign in again. It may be called several times in a row. */
  onTokenRejected?: ((code: TokenRejection) => void) | undefined;
  /** The default notices a dead connection within half a minute (T3). */
  keepAlive?: { intervalMs: number; pongTimeoutMs: number } | undefined;
  /** The default is that of the runtime. */
  WebSocket?: typeof globalThis.WebSocket | undefined;
  /** A class like the `eventsource` package's: the browsers' own takes no `fetch`, and so no header. */
  EventSource?: EventSourceConstructor | undefined;
  /** Jitter of the reconnect delays (T6): from 0 up to but not including 1. */
  random?: (() => number) | undefined;
  /** Milliseconds since 1970; the system's by default. */
  now?: (() => number) | undefined;
  /** Makes the `clientMessageId` of a send that has none: a UUID. */
  createId?: (() => string) | undefined;
};
type MaybeToken = string | null | undefined;

/** A typed client that keeps its streams going; see {@link createChatClient}. */
export type ChatClient = {
  /** Every procedure of docs/protocol.md, typed: `trpc.chat.send.mutate({ message })`. */
  trpc: TRPCClient<FolkmootRouter>;
  /** How its streams are. */
  connection: ConnectionView;
  /** Ends all streams and the connection; mutations under way finish first. Calls made afterwards fail. */
  close(): Promise<void>;
};

// Closed sooner than the next keep-alive, which counts as activity, a socket that nothing uses would never close.
const idleSocketMs = 10_000;
const defaultKeepAlive = { intervalMs: 15_000, pongTimeoutMs: 10_000 };
// A batch of queries is one GET request; servers and proxies take URLs of 8 KiB.
const maxUrlLength = 7_000;

/**
 * A client of the chat for browsers and Node. Queries go over HTTP; mutations and subscriptions share one WebSocket
 * that opens when first needed, or go over HTTP and Server-Sent Events. Streams survive lost connections and restarts
 * of the server and go on where they were (R5). Every `chat.send` has a `clientMessageId` (S2).
 *
 * @example
 * const chat = createChatClient({ url: 'http://127.0.0.1:5000/trpc', getToken: () => token });
 * const { messages, position } = await chat.trpc.chat.history.query();
 * chat.trpc.chat.message.subscribe({ lastEventId: position }, { onData: ({ data }) => console.log(data) });
 */
export function createChatClient(options: ChatClientOptions): ChatClient {
  const { random = Math.random, now = Date.now, createId = randomUuid } = options;
  const urls = endpointUrls(options.url);
  const newBackoff = () => createBackoff({ random, now });

  const getToken = async (): Promise<string | undefined> => (await options.getToken?.()) ?? undefined;
  const authorization = async (): Promise<Record<string, string>> => {
    const token = await getToken();
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  };

  const http = httpBatchLink<FolkmootRouter>({
    url: urls.http,
    transformer: superjson,
    headers: authorization,
    maxItems: limits.httpBatchCalls,
    maxURLLength: maxUrlLength,
    fetch: timedFetch,
  });

  const connect = () => {
    const reconnects = newBackoff();
    const client = createWSClient({
      url: urls.webSocket,
      // Announced in the URL even without a token, or the server would take the frames of an anonymous socket only (A5).
      connectionParams: async () => {
        const token = await getToken();
        return token === undefined ? {} : { token };
      },
      lazy: { enabled: true, closeMs: idleSocketMs },
      keepAlive: { enabled: true, ...(options.keepAlive ?? defaultKeepAlive) },
      retryDelayMs: () => reconnects.nextDelayMs(),
      WebSocket: promptWebSocket(options.WebSocket ?? globalThis.WebSocket),
    });
    return { link: wsLink<FolkmootRouter>({ client, transformer: superjson }), close: () => client.close() };
  };
  const socket = options.transport === 'sse' ? undefined : connect();
  const events = sseLink({
    url: urls.http,
    fetch: (input, init) => fetch(input, init),
    authorization,
    EventSource: options.EventSource,
    createBackoff: newBackoff,
  });

  const tracker = createStreamTracker();
  const trpc = createTRPCClient<FolkmootRouter>({
    links: [
      tracker.link,
      tokenRejectionLink((code) => options.onTokenRejected?.(code)),
      clientMessageIdLink(createId),
      splitLink({
        condition: (op) => op.type === 'subscription',
        true: [resubscribeLink(newBackoff), socket?.link ?? events],
        // `auth` changes who one is, and a socket stays what it was when it opened.
        false: splitLink({
          condition: (op) => op.type === 'mutation' && !op.path.startsWith('auth.'),
          true: socket?.link ?? http,
          false: http,
        }),
      }),
    ],
  });

  return {
    trpc,
    connection: tracker.connection,
    async close() {
      tracker.close();
      await socket?.close();
    },
  };
}
