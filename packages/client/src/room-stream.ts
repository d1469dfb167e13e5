import type { HintEvent, MessageStreamEvent } from '@folkmoot/contract';
import { type ChatFailure, toChatFailure } from './chat-failure.ts';
import type { ChatConnection } from './connection-driver.ts';
import type { Transport } from './transport.ts';

export type RoomStreamOptions = {
  room: string;
  connection: ChatConnection;
  onEvent: (event: MessageStreamEvent) => void;
  onHint: (hint: HintEvent) => void;
  onStopped: (problem: ChatFailure) => void;
  /** The problem is over. */
  onReopened: () => void;
};

export type RoomStream = {
  /** Whether it runs, as far as the client can know. */
  isConnected(): boolean;
  /** Of the last event, or where it starts. Null before {@link RoomStream.start}. */
  position(): string | null;
  /** Why it does not go on; null while it does. */
  problem(): ChatFailure | null;
  /** Follows the room from there on, over whatever is or will be open. Nothing when it has a position already. */
  start(position: string): void;
  /** A refusal that stays: nothing is followed until {@link RoomStream.reopen}. */
  stop(error: unknown): void;
  reopen(): void;
  close(): void;
};

/** Follows a room over one transport after the other. The position lives here, above them all (T2). */
export function createRoomStream({ room, connection, ...options }: RoomStreamOptions): RoomStream {
  let position: string | null = null;
  let problem: ChatFailure | null = null;
  let attached: Transport | null = null;
  let isClosed = false;
  let stopStreams = (): void => undefined;

  const follow = (): void => {
    if (attached === null || position === null || problem !== null) return;
    stopStreams();
    // What a stream still says after it was stopped would set the position of the next one back.
    let isCurrent = true;
    const onEvent = (event: MessageStreamEvent): void => {
      if (!isCurrent) return;
      position = event.position;
      options.onEvent(event);
    };
    const onError = (error: unknown): void => {
      if (isCurrent) stop(error);
    };
    const stopMessages = attached.followMessages(room, position, { onEvent, onError });
    // Presence and typing are not worth ending a room for.
    const stopHints = attached.followHints(room, { onEvent: options.onHint, onError: () => undefined });
    stopStreams = () => {
      stopStreams = () => undefined;
      isCurrent = false;
      stopMessages();
      stopHints();
    };
  };

  const stop = (error: unknown): void => {
    if (isClosed) return;
    const failure = toChatFailure(error);
    // The connection opens again with a fresh token, and what it opens is attached here.
    if (failure.code === 'TOKEN_EXPIRED') {
      connection.tokenExpired();
      return;
    }
    problem = failure;
    stopStreams();
    if (isSignInProblem(failure)) connection.tokenRefused();
    options.onStopped(failure);
  };

  const reopen = (): void => {
    problem = null;
    follow();
    options.onReopened();
  };

  const release = connection.use({
    attach(transport) {
      attached = transport;
      // There is a transport again only because somebody has signed in.
      if (isSignInProblem(problem)) reopen();
      else follow();
      return () => {
        stopStreams();
        attached = null;
      };
    },
  });

  return {
    isConnected: () => attached !== null && connection.find() === attached,
    position: () => position,
    problem: () => problem,
    start(from) {
      if (position !== null) return;
      position = from;
      follow();
    },
    stop,
    reopen,
    close() {
      isClosed = true;
      release();
    },
  };
}

function isSignInProblem(problem: ChatFailure | null): boolean {
  return problem?.code === 'TOKEN_INVALID' || problem?.code === 'UNAUTHORIZED';
}
