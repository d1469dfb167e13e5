/** Who a client of the crowd is. */
export type Person = {
  /** Different for each client of a group. */
  index: number;
  /** A signed token, for servers that want one. */
  token: string;
  /** Where to go on from, for servers that can. */
  lastEventId: string | undefined;
  /** Whether it wants the room's events; otherwise it only sends. */
  subscribes: boolean;
};

/** What a frame from the server means to a client that only counts. */
export type Meaning =
  | { kind: 'event' }
  /** It is in the room now: what is sent from here on reaches it. */
  | { kind: 'joined' }
  | { kind: 'acknowledged' }
  | { kind: 'failed'; text: string }
  /** Has to be answered by this, as a stock client does. */
  | { kind: 'asked'; answer: string }
  | { kind: 'other' };

/** What one send is on the wire, and how many acknowledgements it brings. */
export type Sending = { frames: string[]; acknowledgements: number };

/** What clients of one kind of server say and understand above WebSocket frames. */
export type Dialect = {
  /** What is asked for at the upgrade. */
  target: string;
  /** Said right after the upgrade. */
  greet(person: Person): string[];
  /** Whether who only sends hears nothing before its first acknowledgement, and so may begin at once. */
  sendersBeginAtOnce: boolean;
  read(payload: Buffer, person: Person): Meaning;
  /** Texts that are to go out at once. `firstId` may be used for as many request ids as there are texts. */
  send(texts: readonly string[], firstId: number): Sending;
};

export const meanings = {
  event: { kind: 'event' },
  joined: { kind: 'joined' },
  acknowledged: { kind: 'acknowledged' },
  other: { kind: 'other' },
} as const satisfies Record<string, Meaning>;

/** Frames from this size on are the room's events: all else that servers say to a subscriber is shorter. */
export const minEventBytes = 300;
