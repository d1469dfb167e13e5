import {
  deleteInputSchema,
  editInputSchema,
  eventsInputSchema,
  eventsPageSchema,
  historyInputSchema,
  historyPageSchema,
  messageSchema,
  messageStreamInputSchema,
  recentInputSchema,
  recentPageSchema,
  sendInputSchema,
  userMessagesInputSchema,
  userMessagesPageSchema,
} from '@folkmoot/contract';
import type { ChatProcedures } from '../chat-procedures.ts';
import type { ChatServices } from '../chat-services.ts';
import { streamSignal } from '../live/stream-signal.ts';

export function createMessageProcedures(
  { anonymous, signedIn, write }: ChatProcedures,
  { live, reads, writes }: ChatServices,
) {
  return {
    history: signedIn
      .input(historyInputSchema)
      .output(historyPageSchema)
      .query(({ input }) => reads.history(input)),
    recent: anonymous
      .input(recentInputSchema)
      .output(recentPageSchema)
      .query(({ input }) => reads.recent(input)),
    userMessages: signedIn
      .input(userMessagesInputSchema)
      .output(userMessagesPageSchema)
      .query(({ input }) => reads.userMessages(input)),
    events: signedIn
      .input(eventsInputSchema)
      .output(eventsPageSchema)
      .query(({ ctx, input }) => live.events(ctx.caller, input)),
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
    message: signedIn
      .input(messageStreamInputSchema)
      .subscription(({ ctx, input, signal }) => live.messages(ctx.caller, input, streamSignal(signal))),
  };
}
