import { type FocusEvent, type KeyboardEvent, type RefObject, useLayoutEffect, useRef } from 'react';
import type { TimelineItem } from './timeline-items.ts';

export type CurrentRow = {
  /** The row that Tab reaches; null until one has had the focus. */
  key: string | null;
  /** While the focus is in the list, its row must not be scrolled out of the document. */
  hasFocus: boolean;
};

export type RowKeysOptions = {
  items: readonly TimelineItem[];
  current: CurrentRow;
  setCurrent: (current: CurrentRow) => void;
  scroller: RefObject<HTMLElement | null>;
  goToRow: (index: number) => void;
  onEscape: () => void;
};

/**
 * The list by keyboard: arrows go from message to message, Tab goes on to a message's buttons and Escape to the
 * composer. Where the list itself has the focus, arrow up enters it at its end.
 */
export function useRowKeys({ items, current, setCurrent, scroller, goToRow, onEscape }: RowKeysOptions) {
  const isMoving = useRef(false);

  useLayoutEffect(() => {
    if (!isMoving.current || current.key === null) return;
    isMoving.current = false;
    findRow(scroller.current, current.key)?.focus({ preventScroll: true });
  });

  const goTo = (index: number): void => {
    const item = items[index];
    if (!item) return;
    isMoving.current = true;
    setCurrent({ key: item.row.key, hasFocus: true });
    goToRow(index);
  };

  return {
    onFocus(event: FocusEvent<HTMLElement>) {
      const key = event.target.closest<HTMLElement>('[data-key]')?.dataset['key'];
      if (key !== undefined && (key !== current.key || !current.hasFocus)) setCurrent({ key, hasFocus: true });
    },
    onBlur(event: FocusEvent<HTMLElement>) {
      if (!event.currentTarget.contains(event.relatedTarget)) setCurrent({ ...current, hasFocus: false });
    },
    onKeyDown(event: KeyboardEvent<HTMLElement>) {
      const { target } = event;
      if (!(target instanceof HTMLElement) || target.closest('textarea')) return;
      if (event.key === 'Escape') onEscape();
      if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const isInRow = target.closest('[data-key]') !== null;
      if (!isInRow && event.key === 'ArrowDown') return;
      event.preventDefault();
      const index = isInRow ? items.findIndex(({ row }) => row.key === current.key) : items.length;
      goTo(event.key === 'ArrowUp' ? index - 1 : index + 1);
    },
  };
}

function findRow(list: HTMLElement | null, key: string): HTMLElement | undefined {
  return Array.from(list?.querySelectorAll<HTMLElement>('[data-key]') ?? []).find(
    (element) => element.dataset['key'] === key,
  );
}
