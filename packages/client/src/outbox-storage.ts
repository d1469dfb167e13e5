import { type KeyValueStorage, type WatchStorage, attemptAccess } from './key-value-storage.ts';
import type { OutboxEntry } from './outbox.ts';

export type OutboxStorage = {
  load(): readonly OutboxEntry[];
  /** As it is kept now; undefined also when another tab has taken it out. */
  find(id: string): OutboxEntry | undefined;
  /** Calls back with the id of each entry that another tab has put in, changed or taken out. Returns what ends it. */
  watch(onChange: (id: string) => void): () => void;
  /** Keeps what has changed from one state of the outbox to the next. */
  save(before: readonly OutboxEntry[], after: readonly OutboxEntry[]): void;
};

/**
 * Keeps an outbox through reloads, an entry a key, so that two tabs do not write over each other. A storage that is full
 * or forbidden keeps nothing, and sending goes on.
 *
 * @param prefix of the keys; it names the user and the room
 * @param watchStorage tells of the changes of other tabs
 */
export function createOutboxStorage(
  storage: KeyValueStorage,
  prefix: string,
  watchStorage: WatchStorage = () => () => undefined,
): OutboxStorage {
  return {
    find: (id) => attemptAccess(() => parseEntry(storage.getItem(prefix + id))[0]),
    watch: (onChange) =>
      watchStorage((key) => {
        if (key.startsWith(prefix)) onChange(key.slice(prefix.length));
      }),
    load() {
      const entries =
        attemptAccess(() => listKeys(storage, prefix).flatMap((key) => parseEntry(storage.getItem(key)))) ?? [];
      return entries.sort((a, b) => a.createdAt - b.createdAt);
    },
    save(before, after) {
      const kept = new Set(before);
      for (const entry of after) {
        if (!kept.has(entry)) attemptAccess(() => storage.setItem(prefix + entry.id, JSON.stringify(entry)));
      }
      const ids = new Set(after.map(({ id }) => id));
      for (const { id } of before) if (!ids.has(id)) attemptAccess(() => storage.removeItem(prefix + id));
    },
  };
}

function listKeys(storage: KeyValueStorage, prefix: string): string[] {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
  return keys.filter((key) => key !== null).filter((key) => key.startsWith(prefix));
}

/** Nothing for what this version did not write. */
function parseEntry(json: string | null): OutboxEntry[] {
  const value = attemptAccess((): unknown => JSON.parse(json ?? 'null'));
  return isEntry(value) ? [value] : [];
}

function isEntry(value: unknown): value is OutboxEntry {
  if (typeof value !== 'object' || value === null) return false;
  const has = (key: string): boolean => key in value && typeof Reflect.get(value, key) === 'string';
  if (!has('id') || !('createdAt' in value) || typeof value.createdAt !== 'number') return false;
  if (!('state' in value) || (value.state !== 'sending' && value.state !== 'failed')) return false;
  if (!('kind' in value)) return false;
  if (value.kind === 'send') return has('text');
  return has('messageId') && (value.kind === 'delete' || (value.kind === 'edit' && has('text')));
}
