/**
 * A place in a room's log, `<epoch>.<seq>` on the wire and opaque to clients (R2). The epoch changes when the log may
 * have been rewound (another database, a restore, a promoted replica); seqs of different epochs never compare.
 */
export type Position = { epoch: string; seq: number };

const pattern = /^([0-9a-f]{12})\.(0|[1-9]\d{0,15})$/;

/** Undefined for anything that this version never printed; such a position means `reset` (R6), not an error. */
export function parsePosition(printed: string): Position | undefined {
  const [, epoch, digits] = pattern.exec(printed) ?? [];
  const seq = Number(digits);
  return epoch !== undefined && Number.isSafeInteger(seq) ? { epoch, seq } : undefined;
}

/** A position as it goes over the wire; {@link parsePosition} reads it back. */
export function printPosition(position: Position): string {
  return `${position.epoch}.${position.seq}`;
}

/** Negative when `a` is earlier, 0 when equal, positive when later; undefined when the epochs differ. */
export function comparePositions(a: Position, b: Position): number | undefined {
  return a.epoch === b.epoch ? a.seq - b.seq : undefined;
}
