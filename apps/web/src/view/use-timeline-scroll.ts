import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

const nearTopPx = 800;
const atBottomPx = 60;

export type TimelineScroll = {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  onScroll: () => void;
  isAtBottom: boolean;
  scrollToBottom: () => void;
};

export type TimelineScrollOptions = {
  /** A new value after every change of the rows; each row's element carries its key in `data-row`. */
  rows: unknown;
  /** Which message was sent last from here: one goes to the bottom to see it. */
  lastSent: string | undefined;
  onNearTop: () => void;
};

/**
 * Keeps the reader's place: at the bottom, new messages push older ones up; anywhere else the row at the top of the
 * view stays where it is, whatever is added above it or changes its height.
 */
export function useTimelineScroll({ rows, lastSent, onNearTop }: TimelineScrollOptions): TimelineScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const anchor = useRef<{ row: string; offset: number } | null>(null);
  const [isAtBottom, setIsAtBottom] = useState(true);

  const settle = useCallback(() => {
    const view = scroller.current;
    const list = content.current;
    if (!view || !list) return;
    if (sticks.current) view.scrollTop = view.scrollHeight;
    else if (anchor.current) {
      const { row, offset } = anchor.current;
      const element = rowElements(list).find((candidate) => candidate.dataset['row'] === row);
      if (element) view.scrollTop = bottomOf(element) - offset;
    }
    anchor.current = findAnchor(view, list);
    if (view.scrollTop < nearTopPx) onNearTop();
  }, [onNearTop]);

  useLayoutEffect(() => {
    if (lastSent !== undefined) sticks.current = true;
  }, [lastSent]);
  useLayoutEffect(settle, [rows, settle]);

  useEffect(() => {
    const observer = new ResizeObserver(settle);
    for (const element of [scroller.current, content.current]) if (element) observer.observe(element);
    return () => observer.disconnect();
  }, [settle]);

  const onScroll = useCallback(() => {
    const view = scroller.current;
    const list = content.current;
    if (!view || !list) return;
    sticks.current = view.scrollHeight - view.scrollTop - view.clientHeight < atBottomPx;
    setIsAtBottom(sticks.current);
    anchor.current = findAnchor(view, list);
    if (view.scrollTop < nearTopPx) onNearTop();
  }, [onNearTop]);

  const scrollToBottom = useCallback(() => {
    sticks.current = true;
    setIsAtBottom(true);
    settle();
  }, [settle]);

  return { scroller, content, onScroll, isAtBottom, scrollToBottom };
}

function rowElements(list: HTMLElement): HTMLElement[] {
  return Array.from(list.querySelectorAll<HTMLElement>(':scope > [data-row]'));
}

/** A row may lose the day and the author above its text when an older row comes before it; its lower edge stays. */
function bottomOf(element: HTMLElement): number {
  return element.offsetTop + element.offsetHeight;
}

/** The first row that is in view, and how far below the top edge of the view it ends. */
function findAnchor(view: HTMLElement, list: HTMLElement): { row: string; offset: number } | null {
  const first = rowElements(list).find((element) => bottomOf(element) > view.scrollTop);
  const row = first?.dataset['row'];
  return first && row !== undefined ? { row, offset: bottomOf(first) - view.scrollTop } : null;
}
