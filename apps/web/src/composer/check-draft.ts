import { errorCatalogue, limits, normalizeMessageText } from '@folkmoot/contract';
import { texts } from '../texts.ts';

export type CheckedDraft = {
  /** What to send; null when it cannot be. */
  text: string | null;
  /** Why it cannot be sent; null for an empty one, which needs no explanation. */
  problem: string | null;
  /** Code points that may still be written; null while that is of no interest. */
  left: number | null;
};

const leftShownFrom = 500;

/** UTF-16 units from which a text is too long however it is composed: two a code point, and four of those make one at most. */
const surelyTooLongUnits = limits.messageCodePoints * 8;

/** What the room will say to a text, before it is sent (S3). */
export function checkDraft(draft: string): CheckedDraft {
  const trimmed = draft.trim();
  // Composing a paste of a megabyte again at every key would take a second.
  if (trimmed.length > surelyTooLongUnits) {
    const left = limits.messageCodePoints - countCodePoints(trimmed);
    return { text: null, problem: texts.composer.tooLong(-left, limits.messageCodePoints), left };
  }
  const result = normalizeMessageText(draft);
  // Code points are what the limit counts; UTF-16 units, never fewer, tell when counting is worth it.
  const isNearLimit = draft.length > limits.messageCodePoints - leftShownFrom;
  const left = isNearLimit ? limits.messageCodePoints - Array.from(draft.normalize('NFC').trim()).length : null;
  if (result.ok)
    return { text: result.text, problem: null, left: left !== null && left <= leftShownFrom ? left : null };
  if (result.code === 'MESSAGE_EMPTY') return { text: null, problem: null, left: null };
  if (result.code === 'MESSAGE_TOO_LONG' && left !== null) {
    return { text: null, problem: texts.composer.tooLong(-left, limits.messageCodePoints), left };
  }
  return { text: null, problem: errorCatalogue[result.code].message, left };
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
