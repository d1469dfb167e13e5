import type { ClientHistory } from './client-history.ts';

/** For every message sent in the time and every client: how long after its acknowledgement it arrived, in milliseconds. */
export function deliveryTimes(histories: readonly ClientHistory[], fromMs: number, toMs: number): number[] {
  const acknowledgedAtMs = new Map<string, number>();
  for (const { writes } of histories)
    for (const { kind, answer } of writes)
      if (kind === 'send' && answer && answer.atMs >= fromMs && answer.atMs <= toMs)
        acknowledgedAtMs.set(answer.message.id, answer.atMs);
  return histories.flatMap(({ stream }) =>
    stream.flatMap((item) => {
      if (item.kind !== 'event' || item.type !== 'message-received' || !item.message) return [];
      const atMs = acknowledgedAtMs.get(item.message.id);
      return atMs === undefined ? [] : [item.atMs - atMs];
    }),
  );
}
