import { limits, type TypingEvent, type User } from '@folkmoot/contract';
import type { Clock } from '../clock.ts';

/** People whose typing a room shows at a time (P4). */
const maxTypers = 10;

/** What other nodes are told of somebody who types through this one. */
export type TypingSignal = { user: User; isTyping: boolean; isModerator: boolean };

export type TypingRelay = {
  /** Says that someone types, or no longer does. A signal too many is not relayed, and that is no error (P4). */
  set(room: string, signal: TypingSignal): void;
  /** The same of someone on another node, which has held back what is too much. */
  hear(room: string, user: User, isTyping: boolean): void;
  /** The message that was being typed has arrived. */
  arrived(room: string, userId: string): void;
  close(): void;
};

type Typer = { user: User; isOurs: boolean; cancelExpiry: () => void };

export function createTypingRelay(options: {
  clock: Clock;
  publish: (room: string, event: TypingEvent) => void;
  /** Told what was relayed of those who type through this node, for the others. */
  announce?: (room: string, signal: TypingSignal) => void;
}): TypingRelay {
  const { clock, publish, announce } = options;
  const typers = new Map<string, Map<string, Typer>>();
  /** When a user's last signal in a room was relayed; forgotten as soon as it no longer holds the next one back. */
  const lastRelays = new Map<string, () => void>();

  function end(room: string, userId: string): Typer | undefined {
    const inRoom = typers.get(room);
    const typer = inRoom?.get(userId);
    if (!inRoom || !typer) return undefined;
    typer.cancelExpiry();
    inRoom.delete(userId);
    if (inRoom.size === 0) typers.delete(room);
    publish(room, { type: 'user-typing', room, user: typer.user, isTyping: false });
    return typer;
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

  /** Whether that was relayed. */
  function begin(room: string, user: User, origin: { isOurs: boolean }): boolean {
    const inRoom = typers.get(room) ?? new Map<string, Typer>();
    const known = inRoom.get(user.id);
    if ((!known && inRoom.size >= maxTypers) || (origin.isOurs && isThrottled(room, user.id))) return false;
    known?.cancelExpiry();
    const cancelExpiry = clock.after(limits.typingExpiryMs, () => {
      end(room, user.id);
    });
    inRoom.set(user.id, { user, isOurs: origin.isOurs, cancelExpiry });
    typers.set(room, inRoom);
    publish(room, { type: 'user-typing', room, user, isTyping: true });
    return true;
  }

  return {
    set(room, signal) {
      const { user, isTyping } = signal;
      const isRelayed = isTyping ? begin(room, user, { isOurs: true }) : end(room, user.id) !== undefined;
      if (isRelayed) announce?.(room, signal);
    },
    hear(room, user, isTyping) {
      if (isTyping) begin(room, user, { isOurs: false });
      else end(room, user.id);
    },
    arrived(room, userId) {
      const ended = end(room, userId);
      // A node that does not follow the messages of the room, but who types in it, has to be told.
      if (ended?.isOurs) announce?.(room, { user: ended.user, isTyping: false, isModerator: false });
    },
    close() {
      for (const inRoom of typers.values()) for (const { cancelExpiry } of inRoom.values()) cancelExpiry();
      for (const cancel of lastRelays.values()) cancel();
      typers.clear();
      lastRelays.clear();
    },
  };
}
