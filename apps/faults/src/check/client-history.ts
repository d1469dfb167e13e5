/** A message as a client was shown it. */
export type SeenMessage = {
  id: string;
  seq: number;
  version: number;
  userId: string;
  clientMessageId: string | null;
  text: string;
  isDeleted: boolean;
  createdAtMs: number;
};

/** One write, over all its tries. Times are milliseconds of the harness's clock. */
export type WriteRecord = {
  kind: 'send' | 'edit' | 'delete';
  /** Of the message that is sent or changed. */
  clientMessageId: string;
  text: string;
  startedAtMs: number;
  /** Why each try but the last failed: a code of the error catalogue, `connection` or `timeout`. */
  failedTries: string[];
  /** What the write was acknowledged with; absent where it never was. */
  answer?: { atMs: number; message: SeenMessage };
  /** The code of a refusal that could not be repeated. */
  refusal?: string;
};

/** What a client learned of a room, in the order in which it learned it. */
export type StreamItem = { atMs: number; position: string } & (
  | { kind: 'subscribed' }
  | { kind: 'ready' }
  | { kind: 'reset' }
  | { kind: 'event'; type: string; message?: SeenMessage }
  /** A page of history, the newest messages; `isWhole` where it begins with the room. */
  | { kind: 'page'; messages: SeenMessage[]; isWhole: boolean }
);

/** A time without a connection; `toMs` is when the next item came. */
export type Outage = { fromMs: number; toMs?: number };

export type ClientHistory = {
  name: string;
  userId: string;
  way: 'websocket' | 'sse';
  writes: WriteRecord[];
  stream: StreamItem[];
  outages: Outage[];
  /** When its sockets were opened and with which codes they were closed; WebSocket only. */
  openedAtMs: number[];
  closes: { atMs: number; code: number }[];
  /** What no client must ever see, such as a stream that ended. */
  complaints: string[];
  /** Whether its stream was to be open when the run ended. */
  isConnectedAtEnd: boolean;
  /** It has lost its rights on purpose: its calls may be refused and its stream may end. */
  isExpelled?: boolean;
};

/** What is stored at the end, read anew. */
export type Truth = {
  position: string;
  /** All of them, in the order of the room. */
  messages: SeenMessage[];
  /** The whole log as `chat.events` gives it. */
  events: { position: string; type: string; messageId?: string }[];
};
