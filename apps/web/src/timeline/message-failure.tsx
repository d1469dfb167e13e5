import type { OutboxEntry } from '@folkmoot/client';
import { texts } from '../texts.ts';
import type { MessageActions } from './message-actions.ts';

/** Why a message, or a change of one, is not in the room, and what can be done about it. */
export function MessageFailure({ pending, actions }: { pending: OutboxEntry; actions: MessageActions }) {
  return (
    <div className="failure">
      <p>
        <strong>{texts.messages.refused[pending.kind]}</strong> {pending.failure?.message}
      </p>
      <button type="button" onClick={() => actions.retry(pending.id)}>
        {texts.messages.retry}
      </button>
      <button type="button" onClick={() => actions.discard(pending.id)}>
        {texts.messages.discard}
      </button>
    </div>
  );
}
