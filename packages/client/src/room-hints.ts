import { type HintEvent, type TypingEvent, limits } from '@folkmoot/contract';
import type { ClientClock } from './client-clock.ts';
import { type RoomPresence, type RoomTypers, nobodyPresent, takePresence, withoutTyper } from './room-presence-view.ts';

export type RoomHints = {
  presence(): RoomPresence;
  typers(): RoomTypers;
  take(hint: HintEvent): void;
  /** Their message has come. Calls no `onChange`: whoever tells it has more to change. */
  messageFrom(userId: string): void;
  /** Whether hints come: what has long not been renewed is not shown as if it were. */
  setStreaming(isStreaming: boolean): void;
  close(): void;
};

/** A lost connection is back sooner than that, as a rule, and the people list need not blink. */
const presenceExpiryMs = 30_000;

/** Who is present and who types, with the expiry of what nobody takes back (P3, P4). */
export function createRoomHints({ clock, onChange }: { clock: ClientClock; onChange: () => void }): RoomHints {
  let presence = nobodyPresent;
  let typers: RoomTypers = [];
  /** Per user who types. */
  const cancelTypingExpiry = new Map<string, () => void>();
  let cancelPresenceExpiry: (() => void) | undefined;

  const endTyping = (userId: string): void => {
    cancelTypingExpiry.get(userId)?.();
    cancelTypingExpiry.delete(userId);
    typers = withoutTyper(typers, userId);
  };
  /** Someone types until they say otherwise, or until the signal has expired (P4). */
  const takeTyping = ({ user, isTyping }: TypingEvent): void => {
    if (!isTyping) {
      endTyping(user.id);
      return;
    }
    // A signal that is repeated changes nothing that is shown.
    if (cancelTypingExpiry.has(user.id)) cancelTypingExpiry.get(user.id)?.();
    else typers = [...typers, user];
    cancelTypingExpiry.set(
      user.id,
      clock.after(limits.typingExpiryMs, () => {
        endTyping(user.id);
        onChange();
      }),
    );
  };
  return {
    presence: () => presence,
    typers: () => typers,
    take(hint) {
      if (hint.type === 'user-typing') takeTyping(hint);
      else presence = takePresence(presence, hint);
      onChange();
    },
    messageFrom: endTyping,
    setStreaming(isStreaming) {
      if (isStreaming) {
        cancelPresenceExpiry?.();
        cancelPresenceExpiry = undefined;
      } else {
        cancelPresenceExpiry ??= clock.after(presenceExpiryMs, () => {
          presence = nobodyPresent;
          onChange();
        });
      }
    },
    close() {
      cancelPresenceExpiry?.();
      for (const cancel of cancelTypingExpiry.values()) cancel();
    },
  };
}
