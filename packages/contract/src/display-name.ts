import { limits } from './limits.ts';

// Control characters, lone surrogates, and what turns the writing direction of the text around a name.
const unwanted = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const visible = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/u;

/**
 * A `name` or `username` as it is stored and shown (A9): NFC, without control and bidirectional characters, white
 * space folded and trimmed, cut to 40 code points. Undefined when nothing visible is left.
 */
export function cleanDisplayName(raw: string): string | undefined {
  // A name longer than this is cut anyway; normalising megabytes first would be a gift to an attacker.
  const head = raw.slice(0, limits.displayNameCodePoints * 16);
  const cleaned = head.normalize('NFC').replaceAll(/\p{White_Space}+/gu, ' ').replaceAll(unwanted, '').trim();
  const cut = Array.from(cleaned).slice(0, limits.displayNameCodePoints).join('').trim();
  return visible.test(cut) ? cut : undefined;
}
