import type { ClientClock } from './client-clock.ts';
import type { OutboxStorage } from './outbox-storage.ts';
import { type Outbox, type OutboxEntry, findEntry, putEntry, withoutEntry } from './outbox.ts';

/** An entry of another tab is left to it for so long: it may be sending it, or may have been closed. */
const leaveToItsTabMs = 15_000;
/** So long a send that another tab has seen to is shown as it was, until the room shows it. */
const showSettledMs = 10_000;

export type OutboxSharingOptions = {
  storage: OutboxStorage | null;
  clock: ClientClock;
  getOutbox: () => Outbox;
  /** The outbox as other tabs have changed it; it is in the storage already. */
  onShared: (outbox: Outbox) => void;
};

export type OutboxSharing = {
  /** Whether this tab is to send the entry now. */
  isOurs(entry: OutboxEntry): boolean;
  /** Another tab has sent it or given it up: it is not to be sent, and no refusal of it means anything. */
  isSettled(id: string): boolean;
  /** Somebody wants it sent from here. */
  takeOver(id: string): void;
  close(): void;
};

/**
 * Lets the tabs of one person share an outbox through its storage. Each shows all entries, an entry is sent by the tab
 * that it was written in, or by another when that one has been given the time; what one tab has seen to leaves the
 * others. Should two tabs send the same at the same time, it is one message (S2).
 */
export function createOutboxSharing(options: OutboxSharingOptions): OutboxSharing {
  const { storage, clock, getOutbox, onShared } = options;
  /** Entries that were not written here. */
  const foreign = new Set<string>(getOutbox().entries.map(({ id }) => id));
  /** Those of them that are still left to their tab. */
  const endWait = new Map<string, () => void>();
  const settled = new Set<string>();
  const timers = new Set<() => void>();

  const later = (ms: number, run: () => void): void => {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      run();
    });
    timers.add(cancel);
  };
  const leaveToItsTab = (id: string): void => {
    endWait.get(id)?.();
    foreign.add(id);
    endWait.set(
      id,
      clock.after(leaveToItsTabMs, () => {
        endWait.delete(id);
        onShared(getOutbox());
      }),
    );
  };

  const settle = (entry: OutboxEntry): void => {
    if (settled.has(entry.id)) return;
    settled.add(entry.id);
    const canBeConfirmed = entry.kind === 'send' && entry.state === 'sending';
    later(canBeConfirmed ? showSettledMs : 0, () => {
      if (!settled.has(entry.id) || getOutbox().inFlight === entry.id) return;
      onShared(withoutEntry(getOutbox(), entry.id));
    });
  };

  const onStored = (id: string): void => {
    const [here, stored] = [findEntry(getOutbox(), id), storage?.find(id)];
    if (stored === undefined) {
      if (here) settle(here);
    } else if (getOutbox().inFlight !== id) {
      settled.delete(id);
      leaveToItsTab(id);
      onShared(putEntry(getOutbox(), stored));
    }
  };
  const unwatch = storage?.watch(onStored);

  return {
    isOurs(entry) {
      if (settled.has(entry.id)) return false;
      if (!foreign.has(entry.id)) return true;
      if (endWait.has(entry.id)) return false;
      if (storage?.find(entry.id)) return true;
      settle(entry);
      return false;
    },
    isSettled: (id) => settled.has(id),
    takeOver(id) {
      foreign.delete(id);
      settled.delete(id);
    },
    close() {
      unwatch?.();
      for (const cancel of [...timers, ...endWait.values()]) cancel();
    },
  };
}
