import {
  deleteInputSchema,
  editInputSchema,
  eventsInputSchema,
  historyInputSchema,
  messageSchema,
  messageStreamInputSchema,
  recentInputSchema,
  sendInputSchema,
  userMessagesInputSchema,
} from '@folkmoot/contract';
import type { ChatProcedures } from '../chat-procedures.ts';
import type { ChatServices } from '../chat-services.ts';
import { streamSignal } from '../live/stream-signal.ts';

export function createMessageProcedures(
  { anonymous, member, write }: ChatProcedures,
  { live, reads, writes }: ChatServices,
) {
  return {
    // Pages of messages name no output schema: to parse what `toMessage` has just put together takes a tenth of the time
    // of a whole answer. exact-keys.test.ts holds them to the contract's schemas (A7).
    history: member.input(historyInputSchema).query(({ input }) => reads.history(input)),
    recent: anonymous.input(recentInputSchema).query(({ input }) => reads.recent(input)),
    userMessages: member.input(userMessagesInputSchema).query(({ input }) => reads.userMessages(input)),
    events: member.input(eventsInputSchema).query(({ ctx, input }) => live.events(ctx.caller, input)),
    send: write
      .input(sendInputSchema)
      .output(messageSchema)
      .mutation(({ ctx, input }) => writes.send(ctx.caller, ctx.ticket, input)),
    edit: write
      .input(editInputSchema)
      .output(messageSchema)
      .mutation(({ ctx, input }) => writes.edit(ctx.caller, ctx.ticket, input)),
    delete: write
      .input(deleteInputSchema)
      .output(messageSchema)
      .mutation(({ ctx, input }) => writes.delete(ctx.caller, ctx.ticket, input)),
    message: member
      .input(messageStreamInputSchema)
      .subscription(({ ctx, input, signal }) => live.messages(ctx.caller, input, streamSignal(signal))),
  };
}
