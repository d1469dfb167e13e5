import { type HintEvent, limits } from '@folkmoot/contract';
import type { ClientClock } from './client-clock.ts';
import {
  type RoomPresence,
  type RoomTypers,
  expireTypers,
  nobodyPresent,
  takePresence,
  takeTyping,
  withoutTyper,
} from './room-presence-view.ts';

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
  const expiries = new Set<() => void>();

  let cancelExpiry: (() => void) | undefined;

  const expireLater = (): void => {
    const cancel = clock.after(limits.typingExpiryMs, () => {
      expiries.delete(cancel);
      typers = expireTypers(typers, clock.now());
      onChange();
    });
    expiries.add(cancel);
  };
  return {
    presence: () => presence,
    typers: () => typers,
    take(hint) {
      if (hint.type === 'user-typing') {
        typers = takeTyping(typers, hint, clock.now());
        if (hint.isTyping) expireLater();
      } else presence = takePresence(presence, hint);
      onChange();
    },
    messageFrom(userId) {
      typers = withoutTyper(typers, userId);
    },
    setStreaming(isStreaming) {
      if (isStreaming) {
        cancelExpiry?.();
        cancelExpiry = undefined;
      } else {
        cancelExpiry ??= clock.after(presenceExpiryMs, () => {
          presence = nobodyPresent;
          onChange();
        });
      }
    },
    close() {
      cancelExpiry?.();
      for (const cancel of expiries) cancel();
    },
  };
}
