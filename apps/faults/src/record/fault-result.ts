import { z } from 'zod';

/** One run of one scenario, as it is kept. */
export const faultResultSchema = z.object({
  name: z.string(),
  seed: z.int(),
  startedAt: z.iso.datetime(),
  seconds: z.number(),
  outcome: z.enum(['passed', 'failed', 'skipped']),
  figures: z.record(z.string(), z.union([z.number(), z.string()])),
  sentences: z.array(z.string()),
  commit: z.string(),
  machine: z.string(),
});
export type FaultResult = z.infer<typeof faultResultSchema>;
