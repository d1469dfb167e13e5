import type { HintEvent, PresenceEvent, TypingEvent } from '@folkmoot/contract';
import { HintChannel, type HintSubscription } from './hint-channel.ts';

export type HintChannels = {
  publish(room: string, event: TypingEvent | PresenceEvent): void;
  /** Hints of a room until the signal aborts; with presence, where it stands comes first. */
  subscribe(room: string, subscription: HintSubscription): AsyncGenerator<HintEvent, void, unknown>;
  /** Ends all subscriptions. */
  close(): void;
};

export function createHintChannels(presenceState: (room: string) => PresenceEvent): HintChannels {
  const channels = new Map<string, HintChannel>();

  return {
    publish(room, event) {
      channels.get(room)?.publish(event);
    },
    async *subscribe(room, subscription) {
      const channel = channels.get(room) ?? new HintChannel(() => presenceState(room));
      channels.set(room, channel);
      try {
        yield* channel.subscribe(subscription);
      } finally {
        if (channel.size === 0 && channels.get(room) === channel) channels.delete(room);
      }
    },
    close() {
      for (const channel of channels.values()) channel.close();
      channels.clear();
    },
  };
}
