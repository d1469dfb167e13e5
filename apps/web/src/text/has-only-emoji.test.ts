import { expect, test } from 'vitest';
import { hasOnlyEmoji } from './has-only-emoji.ts';

test.each(['🎉', '👍🏽', '👩‍👩‍👧‍👦 ❤️', '🇮🇸🇯🇵', '🙂🙂🙂🙂🙂🙂'])('%s is emoji only', (text) => {
  expect(hasOnlyEmoji(text)).toBe(true);
});

test.each(['', ' ', '1', '#', '👍 ok', '🎉!', '漢字', 'שלום', '🙂'.repeat(7), '© 2026', 'a'])('%j is not', (text) => {
  expect(hasOnlyEmoji(text)).toBe(false);
});
