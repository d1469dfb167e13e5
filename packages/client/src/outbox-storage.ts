import { type KeyValueStorage, type WatchStorage, attemptAccess } from './key-value-storage.ts';
import type { OutboxEntry } from './outbox.ts';
import { isFields } from './parse-message.ts';

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
    find: (id) => attemptAccess(() => parseEntry(storage.getItem(prefix + id), id)[0]),
    watch: (onChange) =>
      watchStorage((key) => {
        if (key.startsWith(prefix)) onChange(key.slice(prefix.length));
      }),
    load() {
      const entries =
        attemptAccess(() =>
          listKeys(storage, prefix).flatMap((key) => parseEntry(storage.getItem(key), key.slice(prefix.length))),
        ) ?? [];
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

/** Nothing for what this version did not write: a page that shows it could break each time that it is opened. */
function parseEntry(json: string | null, id: string): OutboxEntry[] {
  const value = attemptAccess((): unknown => JSON.parse(json ?? 'null'));
  return isEntry(value) && value.id === id ? [value] : [];
}

function isEntry(value: unknown): value is OutboxEntry {
  if (!isFields(value)) return false;
  const { kind, state, failure, createdAt } = value;
  const has = (key: string): boolean => typeof value[key] === 'string';
  if (!has('id') || typeof createdAt !== 'number' || !isTime(createdAt)) return false;
  if (state !== 'sending' && state !== 'failed') return false;
  if (failure !== null && !isFailure(failure)) return false;
  if (kind === 'send') return has('text');
  return has('messageId') && (kind === 'delete' || (kind === 'edit' && has('text')));
}

/** A later server's code may be one that this version does not know. */
function isFailure(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { code, message } = value;
  return (code === null || typeof code === 'string') && typeof message === 'string';
}

/** Of the times that a `Date` can be of, with room for those that follow it. */
function isTime(ms: number): boolean {
  return ms >= 0 && ms < 8e15;
}
