import type { TimelineRow } from '@folkmoot/client';

/** Own messages, at the end, that the room does not have. */
export function countUnsent(rows: readonly TimelineRow[]): number {
  const own = rows.slice(rows.findLastIndex(({ message }) => message !== null) + 1);
  return own.filter(({ pending }) => pending?.kind === 'send').length;
}
