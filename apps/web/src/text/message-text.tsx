import { useMemo } from 'react';
import { hasOnlyEmoji } from './has-only-emoji.ts';
import { type MessagePart, createMessageParser } from './parse-message-text.ts';

const parse = createMessageParser();

/**
 * A message's text: text nodes, links and code, never markup (S3). Each paragraph and each part is isolated, so that a
 * writing direction, or a character that overrides it, ends with what it stands in.
 */
export function MessageText({ text }: { text: string }) {
  const parts = parse(text);
  const isLarge = useMemo(() => hasOnlyEmoji(text), [text]);
  return (
    <div className={isLarge ? 'message-text only-emoji' : 'message-text'} dir="auto">
      {parts.map((part, index) => (
        <Part key={index} part={part} />
      ))}
    </div>
  );
}

function Part({ part }: { part: MessagePart }) {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'link':
      return (
        <a href={part.href} rel="noopener noreferrer nofollow" target="_blank">
          <bdi>{part.text}</bdi>
        </a>
      );
    case 'code':
      return <code dir="ltr">{part.text}</code>;
    case 'code-block':
      return (
        <pre dir="ltr">
          <code>{part.text}</code>
        </pre>
      );
  }
}
