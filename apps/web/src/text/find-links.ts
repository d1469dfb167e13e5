export type TextSegment = { type: 'text'; text: string } | { type: 'link'; text: string; href: string };

// Up to white space, quotes and angle brackets, and up to invisible characters that could disguise an address.
const candidate =
  /(?<![\p{L}\p{N}_])(?:https?:\/\/|mailto:)[^\s<>"\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/giu;
const closingPunctuation = /[.,;:!?'…’”»]/u;
const brackets: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/**
 * Cuts a message into plain text and links, losing nothing. Links are http, https and mailto addresses that a browser
 * understands; everything else, `javascript:` for one, stays text.
 */
export function findLinks(text: string): TextSegment[] {
  const segments: TextSegment[] = [];
  let end = 0;
  for (const match of text.matchAll(candidate)) {
    const shown = withoutSentenceEnd(match[0]);
    const href = safeHref(shown);
    if (href === undefined) continue;
    if (match.index > end) segments.push({ type: 'text', text: text.slice(end, match.index) });
    segments.push({ type: 'link', text: shown, href });
    end = match.index + shown.length;
  }
  if (end < text.length) segments.push({ type: 'text', text: text.slice(end) });
  return segments;
}

/** "(see https://a.example/b)." means the address without the bracket and the full stop. */
function withoutSentenceEnd(address: string): string {
  const excess = new Map(
    Object.entries(brackets).map(([closing, opening]) => [closing, count(address, closing) - count(address, opening)]),
  );
  let length = address.length;
  for (; length > 0; length--) {
    const last = address.charAt(length - 1);
    const unmatched = excess.get(last) ?? 0;
    if (unmatched > 0) excess.set(last, unmatched - 1);
    else if (!closingPunctuation.test(last)) break;
  }
  return address.slice(0, length);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function safeHref(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol === 'mailto:') return url.pathname.includes('@') ? url.href : undefined;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  // "https://bank.example@evil.example" leads to the second host and looks like the first.
  return url.username === '' && url.password === '' ? url.href : undefined;
}
