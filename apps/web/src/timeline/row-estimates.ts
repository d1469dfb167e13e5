import type { TimelineItem } from './timeline-items.ts';

const lineHeightPx = 24;
/** Of a page of middling width; what is shown is measured. */
const columnWidthPx = 700;
const wideCharacterFrom = 0x11_00;

/**
 * About how high rows are before they have been in view: near enough for the scroll bar. Each item is looked at once.
 */
export function createRowEstimates(): (item: TimelineItem) => number {
  const known = new WeakMap<TimelineItem, number>();
  return (item) => {
    const heightPx = known.get(item) ?? estimateRowHeight(item);
    known.set(item, heightPx);
    return heightPx;
  };
}

function estimateRowHeight({ text, startsDay, startsGroup, state }: TimelineItem): number {
  const isWide = (text.codePointAt(0) ?? 0) >= wideCharacterFrom;
  const charactersALine = columnWidthPx / (isWide ? 16 : 7.6);
  const lines = text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / charactersALine)), 0);
  const extraPx = (startsDay ? 48 : 0) + (startsGroup ? 38 : 0) + (state === 'failed' ? 40 : 0);
  return 4 + extraPx + lines * lineHeightPx;
}
