import { type Message, normalizeMessageText } from '@folkmoot/contract';
import { DomainError } from '../errors/domain-error.ts';
import { type Caller, isModerator } from '../identity.ts';
import type { LogWriter } from '../log/log-writer.ts';
import type { MessageOperation } from '../log/write-batch.ts';
import type { UserService } from '../users/user-service.ts';
import type { WriteTicket } from '../write-order.ts';
import { toMessage } from './message-view.ts';

export type MessageWritesOptions = {
  writer: LogWriter;
  users: UserService;
  /** Makes the id of a new message: a UUID. */
  newMessageId: () => string;
};

/** Sending, editing and deleting (S1 to S6). Each resolves when it is durable, with the message as it then is. */
export type MessageWrites = {
  /** Throws MESSAGE_EMPTY, MESSAGE_TOO_LONG, MESSAGE_HAS_FORBIDDEN_CHARACTERS, CLIENT_MESSAGE_ID_REUSED. */
  send(
    caller: Caller,
    ticket: WriteTicket,
    input: { room: string; message: string; clientMessageId?: string | null | undefined },
  ): Promise<Message>;
  /** Throws what `send` says of texts, and MESSAGE_NOT_FOUND, NOT_YOUR_MESSAGE, MESSAGE_DELETED. */
  edit(
    caller: Caller,
    ticket: WriteTicket,
    input: { room: string; messageId: string; message: string },
  ): Promise<Message>;
  /** Throws MESSAGE_NOT_FOUND, NOT_YOUR_MESSAGE. */
  delete(caller: Caller, ticket: WriteTicket, input: { room: string; messageId: string }): Promise<Message>;
};

export function createMessageWrites({ writer, users, newMessageId }: MessageWritesOptions): MessageWrites {
  async function write(
    caller: Caller,
    ticket: WriteTicket,
    room: string,
    operation: MessageOperation,
  ): Promise<Message> {
    for (let isFirst = true; ; isFirst = false) {
      await users.ensure(caller);
      await ticket.turn;
      const written = writer.write(room, operation);
      ticket.leave();
      const outcome = await written;
      if ('row' in outcome) return toMessage(outcome.row);
      if (outcome.status !== 'refused') throw new DomainError('INTERNAL');
      if (outcome.refusal === 'BAN_ALREADY_OVER') throw new DomainError('INTERNAL');
      if (outcome.refusal !== 'USER_UNKNOWN') throw new DomainError(outcome.refusal);
      // The row that we remember is gone: the database was restored from before this user came.
      users.forget(caller.user.id);
      if (!isFirst) throw new DomainError('INTERNAL');
    }
  }

  return {
    send: (caller, ticket, { room, message, clientMessageId }) => {
      const text = requireText(message);
      const ids = { messageId: newMessageId(), clientMessageId: clientMessageId ?? null };
      return write(caller, ticket, room, { kind: 'send', text, ...ids, ...actor(caller) });
    },
    edit: (caller, ticket, { room, messageId, message }) => {
      const text = requireText(message);
      return write(caller, ticket, room, { kind: 'edit', messageId, text, ...actor(caller) });
    },
    delete: (caller, ticket, { room, messageId }) =>
      write(caller, ticket, room, { kind: 'delete', messageId, ...actor(caller) }),
  };
}

function actor(caller: Caller): { actorId: string; asModerator: boolean } {
  return { actorId: caller.user.id, asModerator: isModerator(caller) };
}

function requireText(raw: string): string {
  const result = normalizeMessageText(raw);
  if (!result.ok) throw new DomainError(result.code);
  return result.text;
}
