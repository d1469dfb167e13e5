import { type Range, type VirtualItem, defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import {
  type RefCallback,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { createRowEstimates } from './row-estimates.ts';
import type { TimelineItem } from './timeline-items.ts';

/** Nearer to the end than this is at the end. */
const atEndPx = 40;
/** So many rows above those in view, older ones are fetched. */
const fetchAheadRows = 25;

export type TimelineScroll = {
  scroller: RefObject<HTMLDivElement | null>;
  /** Of the element around the rows. */
  container: RefCallback<HTMLElement>;
  /** Of each row, with its index in `data-index`. */
  measureRow: RefCallback<HTMLDivElement>;
  /** The rows to show. */
  shown: readonly VirtualItem[];
  isAtEnd: boolean;
  jumpToEnd: () => void;
  /** Brings a row into view. */
  goToRow: (index: number) => void;
  onScroll: () => void;
};

export type TimelineScrollOptions = {
  items: readonly TimelineItem[];
  /** Rows that stay in the document wherever one scrolls to: what has the focus, and what is being edited. */
  keptKeys: readonly (string | null)[];
  /** Of the last message that was sent from here. */
  sentKey: string | null;
  hasOlder: boolean;
  loadOlder: () => void;
};

/**
 * Shows the rows in view and a few more. At the end, new messages push older ones up; anywhere else the row at the top of
 * the view stays where it is, whatever comes above it or changes its height: rows are measured, and known by their keys.
 */
export function useTimelineScroll(options: TimelineScrollOptions): TimelineScroll {
  const { items, keptKeys, sentKey, hasOlder, loadOlder } = options;
  const scroller = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  const lastTopPx = useRef(0);
  const [isAtEnd, setIsAtEnd] = useState(true);

  const keptIndexes = useMemo(() => {
    const kept = new Set(keptKeys.filter((key) => key !== null));
    return kept.size === 0 ? [] : items.flatMap(({ row }, index) => (kept.has(row.key) ? [index] : []));
    // The list of keys is a new one each time; its content is what counts.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [items, ...keptKeys]);
  const rangeExtractor = useCallback(
    (range: Range) => {
      const shown = defaultRangeExtractor(range);
      return keptIndexes.length === 0 ? shown : [...new Set([...shown, ...keptIndexes])].toSorted((a, b) => a - b);
    },
    [keptIndexes],
  );

  const estimate = useMemo(() => createRowEstimates(), []);
  // Once for each item, and near each other in memory: the virtualizer asks for thousands whenever one row is measured.
  const heights = useMemo(() => items.map(estimate), [items, estimate]);
  const keys = useMemo(() => items.map(({ row }) => row.key), [items]);
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((index: number) => keys[index] ?? index, [keys]),
    estimateSize: useCallback((index: number) => heights[index] ?? 0, [heights]),
    rangeExtractor,
    overscan: 8,
    paddingStart: 56,
    paddingEnd: 12,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: atEndPx,
    directDomUpdates: true,
    // Rows in layers of their own would cover each other's buttons.
    directDomUpdatesMode: 'position',
  });

  const firstKey = items[0]?.row.key ?? null;
  const firstKeyBefore = useRef(firstKey);
  /** The row that was the first until older ones came: it loses the day and the author from above its text. */
  const formerFirst = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (firstKeyBefore.current !== firstKey) formerFirst.current = firstKeyBefore.current;
    firstKeyBefore.current = firstKey;
  }, [firstKey]);
  useLayoutEffect(() => {
    virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (row, _delta, { scrollOffset, itemSizeCache }) => {
      const isFormerFirst = row.key === formerFirst.current;
      if (isFormerFirst) formerFirst.current = null;
      return isFormerFirst || isAboveView(row, scrollOffset ?? 0, itemSizeCache);
    };
  }, [virtualizer]);

  const jumpToEnd = useCallback(() => {
    isFollowing.current = true;
    setIsAtEnd(true);
    virtualizer.scrollToEnd();
    // Whoever scrolls up before the scrolling here is told of goes up from here.
    lastTopPx.current = Math.max(lastTopPx.current, scroller.current?.scrollTop ?? 0);
  }, [virtualizer]);

  // What one sends oneself is gone to; not what another tab has sent.
  useLayoutEffect(() => {
    if (sentKey !== null) jumpToEnd();
  }, [sentKey, jumpToEnd]);

  // So is the first page. Where a message waits or has failed, new ones come above it, which is nothing appended.
  const lastRow = items.at(-1)?.row;
  const target = lastRow === undefined ? null : lastRow.message === null ? items.length : 'end';
  useLayoutEffect(() => {
    if (target !== null && isFollowing.current) jumpToEnd();
  }, [target, jumpToEnd]);

  // The composer grows, a keyboard comes up: the end stays in view.
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      if (isFollowing.current) virtualizer.scrollToEnd();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [virtualizer]);

  const firstIndex = virtualizer.range?.startIndex ?? null;
  const fetchOlder = useCallback(() => {
    if (hasOlder && firstIndex !== null && firstIndex < fetchAheadRows && scroller.current?.clientHeight) loadOlder();
  }, [hasOlder, firstIndex, loadOlder]);
  useEffect(fetchOlder, [items, fetchOlder]);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    // Of the element: the virtualizer may hear of the scrolling after this.
    const topPx = element.scrollTop;
    const isNowAtEnd = element.scrollHeight - topPx - element.clientHeight <= atEndPx;
    // One leaves the end by scrolling up. Where a row has only grown, the end is gone after.
    const isGoingUp = topPx < lastTopPx.current;
    lastTopPx.current = topPx;
    if (isNowAtEnd) isFollowing.current = true;
    else if (isGoingUp) isFollowing.current = false;
    else if (isFollowing.current) virtualizer.scrollToEnd();
    setIsAtEnd(isFollowing.current);
    fetchOlder();
  }, [virtualizer, fetchOlder]);

  const goToRow = useCallback((index: number) => virtualizer.scrollToIndex(index, { align: 'auto' }), [virtualizer]);
  return {
    scroller,
    container: virtualizer.containerRef,
    measureRow: virtualizer.measureElement,
    shown: virtualizer.getVirtualItems(),
    isAtEnd,
    jumpToEnd,
    goToRow,
    onScroll,
  };
}

/** Whether what is in view has to be held in its place when a row changes its height: also while one scrolls up. */
function isAboveView(row: VirtualItem, offset: number, measured: ReadonlyMap<VirtualItem['key'], number>): boolean {
  return row.end <= offset || (row.start < offset && !measured.has(row.key));
}
