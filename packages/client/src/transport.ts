import type { HintEvent, MessageStreamEvent } from '@folkmoot/contract';
import type { TRPCClient } from '@trpc/client';
import type { FolkmootRouter } from '@folkmoot/api';
import type { TransportKind } from './connection-state.ts';

export type StreamHandlers<Event> = {
  onEvent: (event: Event) => void;
  /** The stream ended for a reason that does not pass by itself (S7). */
  onError: (error: unknown) => void;
};

/** One way to the server, while it is open. */
export type Transport = {
  /** Every procedure over the best way that this transport has for it. */
  calls: TRPCClient<FolkmootRouter>;
  /** The room's events after that position (R5). Returns what stops it. */
  followMessages(room: string, after: string, handlers: StreamHandlers<MessageStreamEvent>): () => void;
  /** Typing and presence; nothing where nothing streams. */
  followHints(room: string, handlers: StreamHandlers<HintEvent>): () => void;
  close(): void;
};

export type TransportReport = {
  /** It carries streams. */
  onOpen: () => void;
  /** It could not be opened, or has ended. */
  onFailed: (code: number | null) => void;
};

/** Opens a transport with a fresh token. A WebSocket reports by itself; the others when a stream of theirs runs. */
export type OpenTransport = (kind: TransportKind, report: TransportReport) => Transport;
