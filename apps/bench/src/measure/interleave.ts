/**
 * Measures several sides in turns, A, B, C, A, B, C …: what disturbs the machine for a while then falls on all of them,
 * and not on one.
 */
export async function interleave<Side extends string>(
  repeats: number,
  sides: Readonly<Record<Side, () => Promise<number>>>,
): Promise<Record<Side, number[]>>;
export async function interleave(
  repeats: number,
  sides: Readonly<Record<string, () => Promise<number>>>,
): Promise<Record<string, number[]>> {
  const samples: Record<string, number[]> = {};
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const [side, measure] of Object.entries(sides)) {
      (samples[side] ??= []).push(await measure());
    }
  }
  return samples;
}
