import { texts } from '../texts.ts';
import type { ConnectionNotice } from './connection-notice.ts';

type ConnectionBannerProps = { notice: ConnectionNotice | null; onRetry: () => void };

/** Whether what is on the page is live; empty while it is. The page's announcer reads it out. */
export function ConnectionBanner({ notice, onRetry }: ConnectionBannerProps) {
  return (
    <div
      className="connection"
      role="status"
      aria-live="off"
      aria-label={texts.connection.name}
      data-state={notice === null ? 'live' : notice.tone}
    >
      {notice !== null && (
        <>
          <span>{notice.text}</span>
          {notice.canRetry && (
            <button type="button" className="link" onClick={onRetry}>
              {texts.connection.tryAgain}
            </button>
          )}
        </>
      )}
    </div>
  );
}
