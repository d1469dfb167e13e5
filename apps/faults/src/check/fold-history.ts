import { parsePosition } from '@folkmoot/contract';
import type { ClientHistory, SeenMessage } from './client-history.ts';

export type FoldedHistory = {
  messages: SeenMessage[];
  /** Messages from this seq on are complete. */
  fromSeq: number;
  /** Where the client stands; undefined where it never began. */
  position: string | undefined;
};

/** What a client holds in the end (R3): its last page and all events, the newest version of each; anew after a reset (R6). */
export function foldHistory({ stream }: Pick<ClientHistory, 'stream'>): FoldedHistory {
  let held = new Map<string, SeenMessage>();
  let position: string | undefined;
  let fromSeq = Number.POSITIVE_INFINITY;

  function take(message: SeenMessage): void {
    const known = held.get(message.id);
    if (!known || known.version < message.version) held.set(message.id, message);
  }
  for (const item of stream) {
    switch (item.kind) {
      case 'reset':
        held = new Map();
        fromSeq = Number.POSITIVE_INFINITY;
        break;
      case 'page':
        // A page that was asked for before a reset, and came after it, is of a log that is no more.
        if (position !== undefined && epochOf(position) !== epochOf(item.position)) continue;
        item.messages.forEach(take);
        fromSeq = Math.min(fromSeq, item.isWhole ? 1 : (item.messages[0]?.seq ?? 1));
        break;
      case 'event':
        if (item.message) take(item.message);
        break;
      case 'subscribed':
      case 'ready':
        break;
    }
    if (item.kind !== 'page') position = item.position;
  }
  return { messages: [...held.values()].toSorted((a, b) => a.seq - b.seq), fromSeq, position };
}

export function epochOf(position: string): string {
  return parsePosition(position)?.epoch ?? '';
}

export function seqOf(position: string): number {
  return parsePosition(position)?.seq ?? Number.NaN;
}
