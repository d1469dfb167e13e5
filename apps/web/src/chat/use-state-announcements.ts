import { useEffect, useRef } from 'react';
import { texts } from '../texts.ts';
import type { TimelineItem } from '../timeline/timeline-items.ts';

type Announce = (text: string) => void;

/** Announces when the connection changes: what the banner says, and that it is back. */
export function useNoticeAnnouncements(notice: string | null, isLive: boolean, announce: Announce): void {
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (last.current === notice) return;
    const isBack = last.current !== null && notice === null && isLive;
    last.current = notice;
    if (notice !== null) announce(notice);
    else if (isBack) announce(texts.announce.live);
  }, [notice, isLive, announce]);
}

/**
 * Announces each message of one's own, and each change of one, that was refused. Those that had failed before the page
 * was opened are only shown.
 */
export function useFailureAnnouncements(items: readonly TimelineItem[], isLoaded: boolean, announce: Announce): void {
  const known = useRef<ReadonlySet<string | undefined> | null>(null);
  useEffect(() => {
    if (!isLoaded) return;
    const failed = items.filter(({ state }) => state === 'failed');
    const before = known.current;
    known.current = new Set(failed.map(({ row }) => row.pending?.id));
    const news = before === null ? undefined : failed.find(({ row }) => !before.has(row.pending?.id));
    const pending = news?.row.pending;
    if (pending) announce(texts.announce.refused[pending.kind](pending.failure?.message ?? ''));
  }, [items, isLoaded, announce]);
}
