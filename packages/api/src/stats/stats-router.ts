import { statsInputSchema, statsSchema } from '@folkmoot/contract';
import type { ChatProcedures } from '../chat-procedures.ts';
import type { ChatServices } from '../chat-services.ts';

export function createStatsProcedures({ anonymous }: ChatProcedures, { stats }: ChatServices) {
  return {
    stats: anonymous
      .input(statsInputSchema)
      .output(statsSchema)
      .query(({ input }) => stats.read(input)),
  };
}
