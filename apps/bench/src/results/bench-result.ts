import { z } from 'zod';
import { bars, type FigureId, figureIds, judge } from '../bars.ts';
import { summarize } from '../measure/summary.ts';
import type { Measured } from '../scenarios/scenario.ts';

const samplesSchema = z.object({
  samples: z.array(z.number()).min(1),
  min: z.number(),
  median: z.number(),
  max: z.number(),
});

const figureIdSchema = z.custom<FigureId>((id) => typeof id === 'string' && id in bars);

/** One run as it is kept: what was measured, against which bars, on what machine and of which commit. */
export const benchResultSchema = z.object({
  format: z.literal(1),
  startedAt: z.iso.datetime(),
  seconds: z.number(),
  scale: z.enum(['full', 'quick', 'smoke']),
  /** With a `+` where files were changed since. */
  commit: z.string(),
  machine: z.object({
    cpu: z.string(),
    cores: z.number(),
    memoryGiB: z.number(),
    kernel: z.string(),
    node: z.string(),
    /** The load average of the last minute when the run began: over 1, somebody else was at work. */
    loadBefore: z.number(),
  }),
  versions: z.record(z.string(), z.string()),
  figures: z.array(
    samplesSchema.extend({
      id: figureIdSchema,
      bar: z.number(),
      aim: z.number(),
      verdict: z.enum(['aim reached', 'bar reached', 'missed']),
    }),
  ),
  panels: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      unit: z.string(),
      better: z.enum(['lower', 'higher']),
      series: z.array(samplesSchema.extend({ name: z.string() })),
    }),
  ),
  details: z.record(z.string(), z.number()),
});

export type BenchResult = z.infer<typeof benchResultSchema>;

/** Judges and summarises what scenarios measured. */
export function toFiguresAndPanels(measured: readonly Measured[]): Pick<BenchResult, 'figures' | 'panels' | 'details'> {
  const samplesOf = new Map(measured.flatMap(({ figures }) => Object.entries(figures)));
  return {
    figures: figureIds.flatMap((id) => {
      const samples = samplesOf.get(id);
      if (!samples) return [];
      const { bar, aim } = bars[id];
      const summary = summarize(samples);
      return [{ id, bar, aim, verdict: judge(bars[id], summary.median), samples, ...summary }];
    }),
    panels: measured.flatMap(({ panels }) =>
      panels.map((panel) => ({
        ...panel,
        series: panel.series.map(({ name, samples }) => ({ name, samples, ...summarize(samples) })),
      })),
    ),
    details: Object.fromEntries(measured.flatMap(({ details = {} }) => Object.entries(details))),
  };
}
