import type { FolkmootRouter } from '@folkmoot/api';
import { type HintEvent, type MessageStreamEvent, limits } from '@folkmoot/contract';
import { type TRPCClient, createTRPCClient, createWSClient, httpBatchLink, splitLink, wsLink } from '@trpc/client';
import type { EventSourceConstructor } from 'eventsource';
import superjson from 'superjson';
import { createBackoff } from './backoff.ts';
import { toChatError } from './chat-error.ts';
import type { ChatLink } from './chat-link.ts';
import type { ClientClock } from './client-clock.ts';
import type { TransportKind } from './connection-state.ts';
import { endpointUrls } from './endpoint-urls.ts';
import { pollMessages } from './poll-messages.ts';
import { promptWebSocket } from './prompt-web-socket.ts';
import { resubscribeLink } from './resubscribe-link.ts';
import { sseLink } from './sse-link.ts';
import { timedFetch } from './timed-fetch.ts';
import type { OpenTransport, StreamHandlers, Transport, TransportReport } from './transport.ts';

export type OpenTransportOptions = {
  /** The chat's tRPC endpoint, absolute. */
  url: string;
  /** Asked before every connection and every request (A3). */
  getToken: () => Promise<string | undefined>;
  clock: ClientClock;
  /** Null where there is none: SSE has its turn soon. */
  WebSocket?: typeof globalThis.WebSocket | null | undefined;
  EventSource?: EventSourceConstructor | undefined;
};

/** The three ways over the stock links of tRPC (T1); none reconnects by itself for longer than the machine lets it. */
export function createOpenTransport({ url, getToken, clock, ...classes }: OpenTransportOptions): OpenTransport {
  const urls = endpointUrls(url);
  const newBackoff = () => createBackoff(clock);
  const authorization = async (): Promise<Record<string, string>> => {
    const token = await getToken();
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  };
  const http = httpBatchLink<FolkmootRouter>({
    url: urls.http,
    transformer: superjson,
    headers: authorization,
    maxItems: limits.httpBatchCalls,
    maxURLLength: 7_000,
    fetch: timedFetch,
  });
  const newClient = (streams: ChatLink, mutations: ChatLink): TRPCClient<FolkmootRouter> =>
    createTRPCClient<FolkmootRouter>({
      links: [
        splitLink({
          condition: (op) => op.type === 'subscription',
          true: [resubscribeLink(newBackoff), streams],
          false: splitLink({
            condition: (op) => op.type === 'mutation' && !op.path.startsWith('auth.'),
            true: mutations,
            false: http,
          }),
        }),
      ],
    });

  const openWebSocket = (report: TransportReport): Transport => {
    const { WebSocket: Base = globalThis.WebSocket } = classes;
    if (!Base) return openNothing(report);
    let code: number | null = null;
    let wasOpen = false;
    const socket = createWSClient({
      url: urls.webSocket,
      // Announced in the URL even without a token, or the server would take the frames of an anonymous socket only (A5).
      connectionParams: async () => {
        const token = await getToken();
        return token === undefined ? {} : { token };
      },
      keepAlive: { enabled: true, intervalMs: 15_000, pongTimeoutMs: 10_000 },
      // Of its own accord it connects again only when the server asks for it, beside the socket that it has (T5).
      retryDelayMs: () => clock.random() * 1000,
      WebSocket: promptWebSocket(Base),
      onClose: (cause) => {
        code = cause?.code ?? null;
      },
    });
    const watch = socket.connectionState.subscribe({
      next({ state, error }) {
        if (state === 'pending') {
          wasOpen = true;
          report.onOpen();
        } else if (state === 'connecting' && (wasOpen || error !== null)) report.onFailed(code);
      },
    });
    const link = wsLink<FolkmootRouter>({ client: socket, transformer: superjson });
    const calls = newClient(link, link);
    return {
      calls,
      followMessages: (room, after, handlers) => followMessages(calls, after, { ...handlers, room }),
      followHints: (room, handlers) => followHints(calls, { ...handlers, room }),
      close() {
        watch.unsubscribe();
        socket.close().catch(() => undefined);
      },
    };
  };

  const openSse = (report: TransportReport): Transport => {
    const streams = sseLink({
      url: urls.http,
      fetch: (input, init) => fetch(input, init),
      authorization,
      EventSource: classes.EventSource,
      createBackoff: newBackoff,
    });
    const calls = newClient(streams, http);
    let wasOpen = false;
    const onState = (state: { state: string; error: unknown }): void => {
      if (state.state === 'pending') {
        wasOpen = true;
        report.onOpen();
        // A stream that is refused for a while is the stream's matter.
      } else if (state.state === 'connecting' && wasOpen && toChatError(state.error) === undefined)
        report.onFailed(null);
    };
    return {
      calls,
      followMessages: (room, after, handlers) => followMessages(calls, after, { ...handlers, room, onState }),
      followHints: (room, handlers) => followHints(calls, { ...handlers, room }),
      close: () => undefined,
    };
  };

  const openPolling = (report: TransportReport): Transport => {
    const calls = newClient(http, http);
    return {
      calls,
      followMessages: (room, after, { onEvent, onError }) =>
        pollMessages({
          read: (position, signal) => calls.chat.events.query({ room, after: position }, { signal }),
          after,
          clock,
          onEvent,
          onError,
          onOpen: report.onOpen,
          onFailed: () => report.onFailed(null),
        }),
      followHints: () => () => undefined,
      close: () => undefined,
    };
  };

  const openNothing = (report: TransportReport): Transport => {
    // Not before the caller has what it opens.
    queueMicrotask(() => report.onFailed(null));
    const nothing = () => () => undefined;
    return { calls: newClient(http, http), followMessages: nothing, followHints: nothing, close: () => undefined };
  };

  const ways = { websocket: openWebSocket, sse: openSse, polling: openPolling };
  return (kind: TransportKind, report) => ways[kind](report);
}

type OnState = (state: { state: string; error: unknown }) => void;
type Follow<Event> = StreamHandlers<Event> & { room: string; onState?: OnState };

function followMessages(
  { chat }: TRPCClient<FolkmootRouter>,
  lastEventId: string,
  { room, onEvent, onError, onState }: Follow<MessageStreamEvent>,
): () => void {
  const handlers = { onData: ({ data }: { data: MessageStreamEvent }) => onEvent(data), onError };
  const stream = chat.message.subscribe(
    { room, lastEventId },
    { ...handlers, ...(onState && { onConnectionStateChange: onState }) },
  );
  return () => stream.unsubscribe();
}

function followHints({ chat }: TRPCClient<FolkmootRouter>, { room, onEvent, onError }: Follow<HintEvent>): () => void {
  const stream = chat.hints.subscribe({ room }, { onData: onEvent, onError });
  return () => stream.unsubscribe();
}
