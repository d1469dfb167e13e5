import { banInputSchema, banListSchema, roomInputSchema, unbanInputSchema } from '@folkmoot/contract';
import { z } from 'zod';
import type { ChatProcedures } from '../chat-procedures.ts';
import type { ChatServices } from '../chat-services.ts';

export function createModerationProcedures(
  { moderator, moderatorWrite }: ChatProcedures,
  { moderation }: ChatServices,
) {
  return {
    ban: moderatorWrite
      .input(banInputSchema)
      .output(z.void())
      .mutation(({ ctx, input }) => moderation.ban(ctx.caller, ctx.ticket, input)),
    unban: moderatorWrite
      .input(unbanInputSchema)
      .output(z.void())
      .mutation(({ ctx, input }) => moderation.unban(ctx.caller, ctx.ticket, input)),
    bans: moderator
      .input(roomInputSchema)
      .output(banListSchema)
      .query(({ input }) => moderation.list(input)),
  };
}
