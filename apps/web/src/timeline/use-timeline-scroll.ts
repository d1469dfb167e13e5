import {
  type Range,
  type VirtualItem,
  type Virtualizer,
  defaultRangeExtractor,
  useVirtualizer,
} from '@tanstack/react-virtual';
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
  hasOlder: boolean;
  loadOlder: () => void;
};

/**
 * Shows the rows in view and a few more. At the end, new messages push older ones up; anywhere else the row at the top of
 * the view stays where it is, whatever comes above it or changes its height: rows are measured, and known by their keys.
 */
export function useTimelineScroll({ items, keptKeys, hasOlder, loadOlder }: TimelineScrollOptions): TimelineScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
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
  // Once for each item: the virtualizer asks for all that were never in view whenever one is measured.
  const heights = useMemo(() => items.map(estimate), [items, estimate]);
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((index: number) => items[index]?.row.key ?? index, [items]),
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

  useLayoutEffect(() => {
    virtualizer.shouldAdjustScrollPositionOnItemSizeChange = isAboveView;
  }, [virtualizer]);

  const jumpToEnd = useCallback(() => {
    isFollowing.current = true;
    setIsAtEnd(true);
    virtualizer.scrollToEnd();
  }, [virtualizer]);

  // The first page, and what one sends oneself, is gone to.
  const lastRow = items.at(-1)?.row;
  const target = lastRow === undefined ? null : lastRow.message === null ? lastRow.key : 'end';
  useLayoutEffect(() => {
    if (target !== null && (target !== 'end' || isFollowing.current)) jumpToEnd();
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
    const isNowAtEnd = virtualizer.isAtEnd(atEndPx);
    isFollowing.current = isNowAtEnd;
    setIsAtEnd(isNowAtEnd);
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

/**
 * Whether what is in view has to be held in its place when a row changes its height: also while one scrolls up, for an
 * older page takes the day and the author from above the row that was the first.
 */
function isAboveView(
  row: VirtualItem,
  _delta: number,
  virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>,
): boolean {
  const offset = virtualizer.scrollOffset ?? 0;
  return row.end <= offset || (row.start < offset && !virtualizer.itemSizeCache.has(row.key));
}
