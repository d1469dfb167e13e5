import type { DialectName } from './dialects.ts';

/** What the crowd's process is told, by name: what it takes and what it gives back. Everything is plain JSON. */
export type CrowdCommands = {
  /** Connects clients as a group and waits until all are in the room. */
  join: {
    input: {
      group: string;
      dialect: DialectName;
      url: string;
      count: number;
      /** The number of the first of them; those of a server's other groups must not overlap. */
      firstIndex?: number;
      /** Connections that are being made at a time; all at once by default. */
      atOnce?: number;
      subscribes: boolean;
      /** Where to go on from (`folkmoot` alone can). */
      lastEventId?: string;
      /** How fast they read: as fast as they can by default, and with 0 not at all once they are in the room. */
      bytesPerSecond?: number;
      /** Off for clients that leave the server's PINGs unanswered. */
      answersPing?: boolean;
      /** Keeps account of the events that each of them is given, for `survey` (`folkmoot` alone numbers them). */
      isFollowed?: boolean;
    };
    output: null;
  };
  /** Cuts all connections of a group. */
  leave: { input: { group: string }; output: null };
  /** Sends in bursts at a fixed rate, whatever the server does, and waits for every delivery and acknowledgement. */
  publish: { input: PublishInput; output: PublishReport };
  /** Each sender sends the next text when the last is acknowledged. */
  saturate: {
    input: { senders: string; messageBytes: number; seconds: number };
    output: { perSecond: number };
  };
  /** Waits until each client of a group has had so many events since it joined. */
  awaitEvents: { input: { group: string; each: number }; output: null };
  /** Lets clients that do not read do so as fast as they can, and waits until the server has ended each connection. */
  readToTheEnd: { input: { group: string }; output: null };
  /** What each client of a group that is followed has had so far. */
  survey: { input: { group: string }; output: MemberSurvey[] };
};

export type MemberSurvey = {
  /** None where no event has come. */
  events?: EventAccount;
  /** As the server sent it. */
  closeCode?: number;
};

/** Numbers are those of the room's log. */
export type EventAccount = {
  firstSeq: number;
  lastSeq: number;
  /** Whether each event was the one after the last: none was left out, came twice or out of order. */
  isGapless: boolean;
  lastEventId: string;
};

export type PublishInput = {
  senders: string;
  /** Group that receives; none where nobody is waited for but the acknowledgements. */
  receivers?: string;
  /** Bytes of a message as plain JSON, its text filled up to that. */
  messageBytes: number;
  burst: number;
  bursts: number;
  burstsPerSecond: number;
  /** Waits with the next burst while so many sends have no answer, for runs in which the rate is not the point. */
  maxUnacknowledged?: number;
};

export type PublishReport = {
  deliveries: number;
  /** Bytes of payload that one delivery has on the wire. */
  bytesPerDelivery: number;
  /** From a send until one receiver has the event; 0 where nobody receives. */
  p50Ms: number;
  p99Ms: number;
};

export type CrowdCommand = keyof CrowdCommands;
export type CrowdRequest = {
  [Name in CrowdCommand]: { id: number; name: Name; input: CrowdCommands[Name]['input'] };
}[CrowdCommand];
export type CrowdResponse = { id: number; output: unknown } | { id: number; error: string };
