const maxShownLarge = 6;
const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' });
const emoji = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;
const otherText = /[\p{L}\p{N}\p{P}]/u;

/** Whether a text is a few emoji and nothing else: those are shown large. */
export function hasOnlyEmoji(text: string): boolean {
  if (text.length > maxShownLarge * 16 || otherText.test(text) || !emoji.test(text)) return false;
  const shown = Array.from(clusters.segment(text), ({ segment }) => segment).filter((segment) => segment.trim() !== '');
  return shown.length <= maxShownLarge && shown.every((segment) => emoji.test(segment));
}
