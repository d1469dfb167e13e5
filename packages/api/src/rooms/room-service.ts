import { printPosition, type RoomList } from '@folkmoot/contract';
import { DomainError } from '../errors/domain-error.ts';
import type { LogStore } from '../log/log-store.ts';
import type { RoomStore } from './room-store.ts';

export type RoomService = {
  list(): Promise<RoomList>;
  /** Throws ROOM_NOT_FOUND. Asks the database only for rooms that it has not seen yet; rooms are never removed. */
  require(room: string): Promise<void>;
};

export function createRoomService(options: {
  store: RoomStore;
  log: Pick<LogStore, 'listHeads'>;
  known: readonly string[];
}): RoomService {
  const seen = new Set(options.known);

  return {
    async list() {
      const found = await options.store.list();
      return found.map(({ slug, epoch, head }) => ({ room: slug, position: printPosition({ epoch, seq: head }) }));
    },
    async require(room) {
      if (seen.has(room)) return;
      const heads = await options.log.listHeads([room]);
      if (!heads.has(room)) throw new DomainError('ROOM_NOT_FOUND');
      seen.add(room);
    },
  };
}
