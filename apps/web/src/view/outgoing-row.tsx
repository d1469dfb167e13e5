import type { Me } from '@folkmoot/contract';
import type { OutgoingMessage } from '../room/timeline.ts';
import { formatTime } from './format-time.ts';
import { MessageText } from './message-text.tsx';
import { UserName } from './user-name.tsx';

type OutgoingRowProps = {
  outgoing: OutgoingMessage;
  me: Me;
  startsGroup: boolean;
  onResend: () => void;
  onDiscard: () => void;
};

/** A message on its way, or one that the server refused. */
export function OutgoingRow({ outgoing, me, startsGroup, onResend, onDiscard }: OutgoingRowProps) {
  const hasFailed = outgoing.state === 'failed';
  return (
    <article
      className={`message own ${startsGroup ? 'starts-group' : ''} ${outgoing.state}`}
      data-testid="outgoing-message"
      data-state={outgoing.state}
    >
      <div className="bubble">
        {startsGroup && (
          <header>
            <UserName user={me} />
          </header>
        )}
        <MessageText text={outgoing.text} />
        <footer>
          {hasFailed ? 'not sent' : 'sending…'}
          {!hasFailed && ` ${formatTime(outgoing.createdAt)}`}
        </footer>
        {hasFailed && (
          <div className="failure" role="alert">
            <p>{outgoing.reason ?? 'The message could not be sent.'}</p>
            <button type="button" onClick={onResend}>
              Try again
            </button>
            <button type="button" onClick={onDiscard}>
              Discard
            </button>
          </div>
        )}
      </div>
    </article>
  );
}
