import { type Message, comparePositions, parsePosition } from '@folkmoot/contract';
import { type KeyValueStorage, attemptAccess } from './key-value-storage.ts';
import { isFields, parseMessage } from './parse-message.ts';

/** The end of a room as it was at a position: both in one value, so that they cannot disagree. */
export type KeptRoom = {
  /** Where to go on from (R5). */
  position: string;
  /** The newest, by seq and without a gap; deleted ones have no text (R8). */
  messages: readonly Message[];
  /** Whether the room has messages before these. */
  hasOlder: boolean;
  /** In milliseconds since 1970. */
  keptAt: number;
};

export type RoomStorage = {
  /** Null when nothing of use is there. */
  load(): KeptRoom | null;
  save(kept: KeptRoom): void;
  remove(): void;
};

const maxKeptMessages = 50;
/** Storages give a whole site some five million characters. */
const maxKeptCharacters = 200_000;

/**
 * Keeps the end of one room under one key. Tabs may share it: each value is whole, and an older one only means more
 * events to catch up with. A storage that is full or forbidden keeps nothing; what this version did not write is not
 * looked at.
 *
 * @param place its key names the user and the room
 */
export function createRoomStorage(storage: KeyValueStorage, place: { key: string; room: string }): RoomStorage {
  const { key, room } = place;
  const load = (): KeptRoom | null => attemptAccess(() => parseKept(storage.getItem(key), room)) ?? null;
  const remove = (): void => {
    attemptAccess(() => storage.removeItem(key));
  };
  return {
    load,
    remove,
    save(kept) {
      // Another tab that is ahead may have taken out a text that is deleted (R8).
      if (isAfter(load()?.position, kept.position)) return;
      const isSaved = attemptAccess(() => {
        storage.setItem(key, printKept(kept));
        return true;
      });
      // So may the value that could not be replaced have such a text.
      if (!isSaved) remove();
    },
  };
}

function isAfter(position: string | undefined, other: string): boolean {
  const [a, b] = [parsePosition(position ?? ''), parsePosition(other)];
  return a !== undefined && b !== undefined && (comparePositions(a, b) ?? 0) > 0;
}

function printKept({ position, hasOlder, keptAt, messages }: KeptRoom): string {
  for (let count = Math.min(messages.length, maxKeptMessages); ; count = Math.ceil(count / 2)) {
    const newest = messages.slice(messages.length - count);
    const isCut = count < messages.length;
    const json = JSON.stringify({ format: 1, position, hasOlder: hasOlder || isCut, keptAt, messages: newest });
    if (json.length <= maxKeptCharacters || count <= 1) return json;
  }
}

function parseKept(json: string | null, room: string): KeptRoom | null {
  const value: unknown = JSON.parse(json ?? 'null');
  if (!isFields(value) || value['format'] !== 1 || !Array.isArray(value['messages'])) return null;
  const { position, hasOlder, keptAt } = value;
  if (typeof position !== 'string' || typeof hasOlder !== 'boolean' || typeof keptAt !== 'number') return null;
  const messages = value['messages'].map(parseMessage).filter((message) => message !== undefined);
  const isWhole = messages.length === value['messages'].length && (messages.length > 0 || !hasOlder);
  const isOrdered = messages.every(({ seq }, index) => seq > (messages[index - 1]?.seq ?? 0));
  if (!isWhole || !isOrdered || messages.some((message) => message.room !== room)) return null;
  return { position, messages, hasOlder, keptAt };
}
