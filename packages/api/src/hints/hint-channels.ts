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

/** @param open called when a room gets its first reader; what it returns is called when the last one has left */
export function createHintChannels(
  presenceState: (room: string) => PresenceEvent,
  open: (room: string) => () => void = () => () => undefined,
): HintChannels {
  const channels = new Map<string, { channel: HintChannel; leave: () => void }>();

  function openChannel(room: string): { channel: HintChannel; leave: () => void } {
    const opened = { channel: new HintChannel(() => presenceState(room)), leave: open(room) };
    channels.set(room, opened);
    return opened;
  }

  return {
    publish(room, event) {
      channels.get(room)?.channel.publish(event);
    },
    subscribe<Event extends HintEvent>(room: string, reader: HintReader<Event>): LiveSubscription<Event> {
      const opened = channels.get(room) ?? openChannel(room);
      const { channel } = opened;
      const subscription = channel.subscribe(reader);
      return {
        next: (limit) => subscription.next(limit),
        close() {
          subscription.close();
          if (channel.size > 0 || channels.get(room) !== opened) return;
          channels.delete(room);
          opened.leave();
        },
      };
    },
    close() {
      for (const { channel, leave } of channels.values()) {
        channel.close();
        leave();
      }
      channels.clear();
    },
  };
}
