import type { TimelineItem } from './timeline-items.ts';

const lineHeightPx = 24;
const wideCharacterFrom = 0x11_00;

/**
 * About how high a row is before it has been in view: near enough for the scroll bar, and measured as soon as it is shown.
 *
 * @param widthPx of the column of messages
 */
export function estimateRowHeight({ text, startsDay, startsGroup, state }: TimelineItem, widthPx: number): number {
  const isWide = (text.codePointAt(0) ?? 0) >= wideCharacterFrom;
  const charactersALine = Math.max(10, (widthPx - 72) / (isWide ? 16 : 7.6));
  const lines = text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / charactersALine)), 0);
  const extraPx = (startsDay ? 56 : 0) + (startsGroup ? 38 : 0) + (state === 'failed' ? 40 : 0);
  return 4 + extraPx + Math.max(1, lines) * lineHeightPx;
}
