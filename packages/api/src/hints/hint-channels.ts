import type { HintEvent, PresenceEvent } from '@folkmoot/contract';
import type { LiveSubscription } from '../live/live-source.ts';
import { HintChannel, type HintReader } from './hint-channel.ts';

export type HintChannels = {
  publish(room: string, event: HintEvent): void;
  /** Hints of a room; with presence, where it stands comes first. */
  subscribe<Event extends HintEvent>(room: string, reader: HintReader<Event>): LiveSubscription<Event>;
  /** Ends all subscriptions. */
  close(): void;
};

export function createHintChannels(presenceState: (room: string) => PresenceEvent): HintChannels {
  const channels = new Map<string, HintChannel>();

  return {
    publish(room, event) {
      channels.get(room)?.publish(event);
    },
    subscribe<Event extends HintEvent>(room: string, reader: HintReader<Event>): LiveSubscription<Event> {
      const channel = channels.get(room) ?? new HintChannel(() => presenceState(room));
      channels.set(room, channel);
      const subscription = channel.subscribe(reader);
      return {
        next: (limit) => subscription.next(limit),
        close() {
          subscription.close();
          if (channel.size === 0 && channels.get(room) === channel) channels.delete(room);
        },
      };
    },
    close() {
      for (const channel of channels.values()) channel.close();
      channels.clear();
    },
  };
}
