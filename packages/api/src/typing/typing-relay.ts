import { limits, type TypingEvent, type User } from '@folkmoot/contract';
import type { Clock } from '../clock.ts';

/** People whose typing a room shows at a time (P4). */
const maxTypers = 10;

export type TypingRelay = {
  /** Says that someone types, or no longer does. A signal too many is not relayed, and that is no error (P4). */
  set(room: string, user: User, isTyping: boolean): void;
  /** The message that was being typed has arrived. */
  arrived(room: string, userId: string): void;
  close(): void;
};

type Typer = { user: User; cancelExpiry: () => void };

export function createTypingRelay(options: {
  clock: Clock;
  publish: (room: string, event: TypingEvent) => void;
}): TypingRelay {
  const { clock, publish } = options;
  const typers = new Map<string, Map<string, Typer>>();
  /** When a user's last signal in a room was relayed; forgotten as soon as it no longer holds the next one back. */
  const lastRelays = new Map<string, () => void>();

  function end(room: string, userId: string): void {
    const inRoom = typers.get(room);
    const typer = inRoom?.get(userId);
    if (!inRoom || !typer) return;
    typer.cancelExpiry();
    inRoom.delete(userId);
    if (inRoom.size === 0) typers.delete(room);
    publish(room, { type: 'user-typing', room, user: typer.user, isTyping: false });
  }

  function isThrottled(room: string, userId: string): boolean {
    const key = `${room} ${userId}`;
    if (lastRelays.has(key)) return true;
    lastRelays.set(
      key,
      clock.after(limits.typingThrottleMs, () => {
        lastRelays.delete(key);
      }),
    );
    return false;
  }

  return {
    set(room, user, isTyping) {
      if (!isTyping) {
        end(room, user.id);
        return;
      }
      const inRoom = typers.get(room) ?? new Map<string, Typer>();
      const known = inRoom.get(user.id);
      if ((!known && inRoom.size >= maxTypers) || isThrottled(room, user.id)) return;
      known?.cancelExpiry();
      const cancelExpiry = clock.after(limits.typingExpiryMs, () => {
        end(room, user.id);
      });
      inRoom.set(user.id, { user, cancelExpiry });
      typers.set(room, inRoom);
      publish(room, { type: 'user-typing', room, user, isTyping: true });
    },
    arrived: end,
    close() {
      for (const inRoom of typers.values()) for (const { cancelExpiry } of inRoom.values()) cancelExpiry();
      for (const cancel of lastRelays.values()) cancel();
      typers.clear();
      lastRelays.clear();
    },
  };
}
