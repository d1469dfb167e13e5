import { type TextSegment, findLinks } from './find-links.ts';

export type MessagePart = TextSegment | { type: 'code'; text: string } | { type: 'code-block'; text: string };

const maxKept = 500;

// A block stands between fences of three back-ticks, with the name of a language behind the first if it likes; a span
// between runs of as many back-ticks each, within a line.
const fenced = /(?:^|\n)```(?:[\w+#.-]{0,30}\n)?([^]*?)(?:\n)?```(?:\n|$)/g;
const span = /(?<!`)(`{1,2})(?!`)([^\n]*?[^`\n])\1(?!`)/g;

/** Cuts a message's text into plain text, links and code. It only marks: nothing is taken for markup (S3). */
export function parseMessageText(text: string): MessagePart[] {
  return split(
    text,
    fenced,
    (match) => blockOf(match[1] ?? ''),
    (between) => split(between, span, (match) => spanOf(match[2] ?? ''), findLinks),
  );
}

/** Remembers what it gave last: rows come back into view with the same texts. */
export function createMessageParser(): (text: string) => readonly MessagePart[] {
  const kept = new Map<string, readonly MessagePart[]>();
  return (text) => {
    const parts = kept.get(text) ?? parseMessageText(text);
    // Taken out and put in again, so that the first of the map is the one not asked for longest.
    kept.delete(text);
    kept.set(text, parts);
    const oldest = kept.size > maxKept ? kept.keys().next() : undefined;
    if (oldest && !oldest.done) kept.delete(oldest.value);
    return parts;
  };
}

type Cut = (match: RegExpExecArray) => MessagePart | undefined;

function split(text: string, pattern: RegExp, cut: Cut, rest: (text: string) => MessagePart[]): MessagePart[] {
  const parts: MessagePart[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const part = cut(match);
    if (part === undefined) continue;
    if (match.index > end) parts.push(...rest(text.slice(end, match.index)));
    parts.push(part);
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(...rest(text.slice(end)));
  return parts;
}

function blockOf(text: string): MessagePart | undefined {
  return text.trim() === '' ? undefined : { type: 'code-block', text };
}

/** One space on each side makes room for a back-tick and is not shown. */
function spanOf(text: string): MessagePart | undefined {
  if (text.trim() === '') return undefined;
  const isPadded = text.length > 2 && text.startsWith(' ') && text.endsWith(' ');
  return { type: 'code', text: isPadded ? text.slice(1, -1) : text };
}
