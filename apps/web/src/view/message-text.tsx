import { linkify } from './linkify.ts';

/** A message's text: text nodes and links, never markup (S3). */
export function MessageText({ text }: { text: string }) {
  return (
    <p className="message-text" dir="auto" data-testid="message-text">
      {linkify(text).map((segment, index) =>
        segment.type === 'text' ? (
          segment.text
        ) : (
          <a key={index} href={segment.href} rel="noopener noreferrer nofollow" target="_blank">
            <bdi>{segment.text}</bdi>
          </a>
        ),
      )}
    </p>
  );
}
