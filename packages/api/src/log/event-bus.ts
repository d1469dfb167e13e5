import type { BusHint } from './bus-hint.ts';

/**
 * How nodes wake each other. A hint may be lost, late, doubled or out of order; who receives one compares with the
 * database, so that costs latency and never an event (R10).
 */
export type EventBus = {
  /**
   * Tells every listener of the room on all nodes, this one included. Never throws and never waits; a listener that
   * throws keeps the hint from nobody else.
   */
  publish(hint: BusHint): void;
  /** Hears of one room until the returned function is called. */
  listen(room: string, onHint: (hint: BusHint) => void): () => void;
  /** Called whenever hints may have been missed: after every (re)connection. */
  onGap(handler: () => void): () => void;
  /** Whether hints pass at the moment, as far as this node can tell; without them it polls. */
  isUp(): boolean;
  close(): Promise<void>;
};
