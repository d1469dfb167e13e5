import type { Ban } from '@folkmoot/contract';
import { DomainError } from '../errors/domain-error.ts';
import type { Caller } from '../identity.ts';
import type { LogWriter } from '../log/log-writer.ts';
import type { BanOperation } from '../log/write-batch.ts';
import type { RoomService } from '../rooms/room-service.ts';
import type { UserService } from '../users/user-service.ts';
import type { WriteTicket } from '../write-order.ts';
import type { BanStore } from './ban-store.ts';

/** Banning and letting in again, for moderators (A4). Each resolves when it is durable. */
export type ModerationService = {
  /** Throws ROOM_NOT_FOUND, USER_NOT_FOUND, and INVALID_INPUT for oneself or where `until` is not in the future. */
  ban(
    caller: Caller,
    ticket: WriteTicket,
    input: { room: string; userId: string; until?: Date | null | undefined; reason?: string | null | undefined },
  ): Promise<void>;
  /** Throws ROOM_NOT_FOUND, USER_NOT_FOUND. */
  unban(caller: Caller, ticket: WriteTicket, input: { room: string; userId: string }): Promise<void>;
  /** Throws ROOM_NOT_FOUND. */
  list(input: { room: string }): Promise<Ban[]>;
};

export function createModerationService(options: {
  store: Pick<BanStore, 'list'>;
  writer: LogWriter;
  rooms: RoomService;
  users: UserService;
}): ModerationService {
  const { store, writer, rooms, users } = options;

  async function write(caller: Caller, ticket: WriteTicket, room: string, operation: BanOperation): Promise<void> {
    await users.ensure(caller);
    await ticket.turn;
    const written = writer.write(room, operation);
    ticket.leave();
    const outcome = await written;
    if (outcome.status !== 'refused') return;
    if (outcome.refusal === 'BAN_ALREADY_OVER') {
      throw new DomainError('INVALID_INPUT', { message: 'Cannot ban: until is not in the future.' });
    }
    // The row that we remember of the caller is gone: the database was restored from before they came.
    if (outcome.refusal === 'USER_UNKNOWN') users.forget(caller.user.id);
    throw new DomainError(outcome.refusal === 'USER_UNKNOWN' ? 'TOO_BUSY' : outcome.refusal);
  }

  return {
    async ban(caller, ticket, { room, userId, until, reason }) {
      if (userId === caller.user.id) throw new DomainError('INVALID_INPUT', { message: 'Cannot ban: this is you.' });
      const operation = { actorId: caller.user.id, userId, until: until ?? null, reason: reason ?? null };
      await write(caller, ticket, room, { kind: 'ban', ...operation });
    },
    unban: (caller, ticket, { room, userId }) =>
      write(caller, ticket, room, { kind: 'unban', actorId: caller.user.id, userId }),
    async list({ room }) {
      await rooms.require(room);
      return store.list(room);
    },
  };
}
