import { limits } from './limits.ts';
import { hasVisibleCharacter } from './visible-text.ts';

// Control characters, lone surrogates, and what turns the writing direction of the text around a name.
const unwanted = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A `name` or `username` as it is stored and shown (A9): NFC, without control and bidirectional characters, white
 * space folded and trimmed, cut to 40 code points. Undefined when nothing visible is left.
 */
export function cleanDisplayName(raw: string): string | undefined {
  // A name longer than this is cut anyway; normalising megabytes first would be a gift to an attacker.
  const head = raw.slice(0, limits.displayNameCodePoints * 16);
  // Line ends and tabs separate words, so they become spaces before control characters go. Normalising comes after
  // the removals, and folding again too, because both would be undone by what a removal brings together.
  const kept = head.replaceAll(/\p{White_Space}/gu, ' ').replaceAll(unwanted, '');
  const cleaned = kept.normalize('NFC').replaceAll(/ +/g, ' ').trim();
  const cut = Array.from(cleaned).slice(0, limits.displayNameCodePoints).join('').trim();
  return hasVisibleCharacter(cut) ? cut : undefined;
}
