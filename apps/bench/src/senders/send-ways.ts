/** Sends one text as one of several authors and resolves when it is durable. */
export type Send = (author: string, text: string) => Promise<unknown>;

/** A way of writing messages, on connections of its own to a migrated database. */
export type SendWay = {
  send: Send;
  close(): Promise<void>;
};

/** Names of the ways that are compared. */
export const sendWays = ['service', 'transaction', 'insert'] as const;
export type SendWayName = (typeof sendWays)[number];
