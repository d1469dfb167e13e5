import type { ChatStats } from '@folkmoot/contract';
import { DomainError } from '../errors/domain-error.ts';
import type { StatsStore } from './stats-store.ts';

export type StatsService = {
  /** Throws ROOM_NOT_FOUND. */
  read(request: { room: string; days: number }): Promise<ChatStats>;
};

export function createStatsService(store: StatsStore): StatsService {
  return {
    async read({ room, days }) {
      const found = await store.find(room, days);
      if (!found) throw new DomainError('ROOM_NOT_FOUND');
      return found;
    },
  };
}
