export type Summary = { min: number; median: number; max: number };

/** @throws for no samples: a figure that was not measured must not look like one that was */
export function summarize(samples: readonly number[]): Summary {
  return { min: quantile(samples, 0), median: quantile(samples, 0.5), max: quantile(samples, 1) };
}

/** The value below which `share` of the samples lie, interpolated between neighbours; 0.5 is the median. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) throw new Error('There are no samples.');
  return below + (above - below) * (at - Math.floor(at));
}

/**
 * One ratio a repeat: what was measured next to each other is compared, so that a machine that is slower for a while
 * is so for both sides.
 */
export function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  if (ours.length !== theirs.length) throw new Error('Both sides need the same number of samples.');
  return ours.map((value, index) => value / (theirs[index] ?? Number.NaN));
}
