import type { LogHead } from './log-event.ts';

/** Tells other nodes that a room's log has grown. Never the events themselves: those are in the log (R10). */
export type LogHint = { room: string } & Pick<LogHead, 'epoch' | 'head'>;

/**
 * How nodes wake each other. A hint may be lost, late, doubled or out of order; who receives one compares positions and
 * reads the log, so that costs latency and never an event (R10).
 */
export type EventBus = {
  /**
   * Tells every listener of the room on all nodes, this one included. Never throws and never waits; a listener that
   * throws keeps the hint from nobody else.
   */
  publish(hint: LogHint): void;
  /** Hears of one room until the returned function is called. */
  listen(room: string, onHint: (hint: LogHint) => void): () => void;
  /** Called whenever hints may have been missed: after every (re)connection. */
  onGap(handler: () => void): () => void;
  close(): Promise<void>;
};
