import { limits } from './limits.ts';
import { hasVisibleCharacter } from './visible-text.ts';

/** A text in the form in which it is stored, or the code of the error that refuses it (S3). */
export type MessageTextResult =
  | { ok: true; text: string }
  | { ok: false; code: 'MESSAGE_EMPTY' | 'MESSAGE_TOO_LONG' | 'MESSAGE_HAS_FORBIDDEN_CHARACTERS' };

// Every control character except newline and tab.
const forbidden = /[^\P{Cc}\n\t]/u;

/**
 * A message as it is stored (S3): NFC, line ends as \n, outer white space trimmed, 1 to 5000 code points of which at
 * least one is visible. It stays text: nothing is escaped or removed in the middle.
 */
export function normalizeMessageText(raw: string): MessageTextResult {
  const lines = raw.replaceAll(/\r\n?/g, '\n');
  if (!isCleanText(lines)) {
    return { ok: false, code: 'MESSAGE_HAS_FORBIDDEN_CHARACTERS' };
  }
  const text = lines.normalize('NFC').trim();
  if (!hasVisibleCharacter(text)) return { ok: false, code: 'MESSAGE_EMPTY' };
  if (countCodePoints(text) > limits.messageCodePoints) return { ok: false, code: 'MESSAGE_TOO_LONG' };
  return { ok: true, text };
}

/** Whether it has neither unpaired surrogates nor control characters other than newline and tab. */
export function isCleanText(text: string): boolean {
  return text.isWellFormed() && !forbidden.test(text);
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
