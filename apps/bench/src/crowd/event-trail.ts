import { parsePosition } from '@folkmoot/contract';
import type { EventAccount } from './crowd-commands.ts';

/** Of an event; the request's own id is a number. */
const idPattern = /"id":"([^"]+)"/;
/** It stands before the event. */
const idWithinBytes = 200;

/** Which events of a room's log one client was given, and whether each followed the last. */
export class EventTrail {
  #account: EventAccount | undefined;

  /** Undefined where no event has come. */
  get account(): EventAccount | undefined {
    return this.#account;
  }

  take(payload: Buffer): void {
    const lastEventId = idPattern.exec(payload.toString('latin1', 0, idWithinBytes))?.[1] ?? '';
    const seq = parsePosition(lastEventId)?.seq;
    if (seq === undefined) throw new Error(`not an event of a log: ${payload.toString()}`);
    const { firstSeq = seq, lastSeq = seq - 1, isGapless = true } = this.#account ?? {};
    this.#account = { firstSeq, lastSeq: seq, isGapless: isGapless && seq === lastSeq + 1, lastEventId };
  }
}
