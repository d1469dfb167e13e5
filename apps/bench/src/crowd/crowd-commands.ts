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
      /** Off for clients that never read once they are in the room. */
      reads?: boolean;
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
