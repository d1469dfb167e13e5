import { normalizeMessageText } from '@folkmoot/contract';
import { type Database, sqlStateOf } from '@folkmoot/db';
import { type Identity, toCaller } from '../identity.ts';
import { conflictKeys } from '../log/write-batch.ts';
import { createWritePastBatch, type PastOperation } from '../log/write-batch-store.ts';
import { createRoomStore } from '../rooms/room-store.ts';
import { createUserStore } from '../users/user-store.ts';

/** Something that happened in a room, in another system or in a made-up past. Ids are UUIDs, `authorId` that of a person of `addPeople`. */
export type PastWrite =
  | { kind: 'send'; at: Date; authorId: string; messageId: string; text: string }
  | { kind: 'edit'; at: Date; authorId: string; messageId: string; text: string }
  | { kind: 'delete'; at: Date; authorId: string; messageId: string; asModerator?: boolean };

/** Why an import stopped. What was written before it stays: {@link RoomImportError.written} events. */
export class RoomImportError extends Error {
  override readonly name = 'RoomImportError';
  readonly written: number;

  constructor(sentence: string, written: number, options?: ErrorOptions) {
    super(sentence, options);
    this.written = written;
  }
}

/** For imports that take a while. */
export type RoomImportOptions = {
  /** Called after each commit with the number of events so far. */
  onProgress?: (written: number) => void;
  /** Stops between two commits; the import then rejects with the signal's reason. */
  signal?: AbortSignal;
};

/** What {@link createRoomImport} gives: first the room, then the people, then what they wrote. */
export type RoomImport = {
  /** Makes the room if it is not there. Gives how many events its log has. */
  openRoom(room: string): Promise<{ events: number }>;
  /** Stores people as a sign-in would (A9), and gives their ids in the same order. */
  addPeople(people: readonly Identity[]): Promise<string[]>;
  /**
   * Writes a history in the order given, each write at its own time, some hundred a commit, and holds no more of it than
   * that. All that the log promises holds for what is imported: seq without a gap (R1), times that do not fall in the order
   * of seq (S1), counters, and texts as S3 wants them. So the times must not fall, not lie in the future and not before the
   * room's last event: once somebody writes in the room meanwhile, the import is refused from there on, and theirs stays.
   *
   * @returns the number of events written
   * @throws RoomImportError for a time, a text or a write that is refused; what the database throws
   */
  write(
    room: string,
    writes: Iterable<PastWrite> | AsyncIterable<PastWrite>,
    options?: RoomImportOptions,
  ): Promise<number>;
};

/** Operations in one call of the write function; more make it no faster. */
const maxBatch = 512;
/** What the write function raises for times that it cannot take. */
const timesRefused = '22000';

/**
 * Puts a past into a room. It is for scripts that have the database: no procedure leads here, and no client can say when
 * something happened. Servers that run on the same database show what is imported within a second, as R10 has it.
 *
 * @param database a migrated one
 */
export function createRoomImport(database: Database): RoomImport {
  const writeBatch = createWritePastBatch(database);
  const rooms = createRoomStore(database);
  const users = createUserStore(database);

  return {
    async openRoom(room) {
      await rooms.ensure([room]);
      const found = (await rooms.list()).find(({ slug }) => slug === room);
      return { events: found?.head ?? 0 };
    },

    async addPeople(people) {
      const ids: string[] = [];
      for (const person of people) {
        const { user, issuedAt } = toCaller(person);
        ids.push((await users.save(user, issuedAt)).id);
      }
      return ids;
    },

    async write(room, writes, { onProgress, signal } = {}) {
      let written = 0;
      for await (const batch of inBatches(writes, () => written)) {
        signal?.throwIfAborted();
        const { outcomes } = await writeBatch(room, batch).catch((error: unknown) => {
          if (sqlStateOf(error) !== timesRefused) throw error;
          throw new RoomImportError(
            `Cannot import into ${room}: it has a newer event, or a time lies in the future. Has somebody written there meanwhile?`,
            written,
            { cause: error },
          );
        });
        for (const outcome of outcomes) {
          if (outcome.status === 'written') written++;
          else if (outcome.status === 'refused') {
            throw new RoomImportError(`Cannot import into ${room}: ${outcome.refusal}.`, written);
          }
        }
        onProgress?.(written);
      }
      return written;
    },
  };
}

/** As many writes as one call takes, up to the first that has to see what one before it did. */
async function* inBatches(
  writes: Iterable<PastWrite> | AsyncIterable<PastWrite>,
  written: () => number,
): AsyncGenerator<PastOperation[]> {
  let batch: PastOperation[] = [];
  let taken = new Set<string>();
  let lastAt = Number.NEGATIVE_INFINITY;
  for await (const write of writes) {
    const time = write.at.getTime();
    if (!(time >= lastAt)) throw new RoomImportError('Cannot import: the times of the writes fall.', written());
    lastAt = time;
    const operation = toOperation(write, written);
    const keys = conflictKeys(operation);
    if (batch.length === maxBatch || keys.some((key) => taken.has(key))) {
      yield batch;
      batch = [];
      taken = new Set();
    }
    for (const key of keys) taken.add(key);
    batch.push(operation);
  }
  if (batch.length > 0) yield batch;
}

function toOperation(write: PastWrite, written: () => number): PastOperation {
  const { at, authorId: actorId, messageId } = write;
  if (write.kind === 'delete') {
    return { kind: 'delete', at, actorId, messageId, asModerator: write.asModerator ?? false };
  }
  const normal = normalizeMessageText(write.text);
  if (!normal.ok) throw new RoomImportError(`Cannot import the message ${messageId}: ${normal.code}.`, written());
  const { text } = normal;
  if (write.kind === 'edit') return { kind: 'edit', at, actorId, messageId, text };
  return { kind: 'send', at, actorId, messageId, text, clientMessageId: null };
}
