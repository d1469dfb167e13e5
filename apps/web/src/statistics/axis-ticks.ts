const steps = [1, 2, 2.5, 5, 10];

/** Round numbers from 0 up to one that is not below the highest value, about four of them; whole ones, for they count. */
export function axisTicks(highest: number): number[] {
  const rough = Math.max(1, highest) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, Math.ceil((steps.find((factor) => factor * power >= rough) ?? 10) * power));
  return Array.from({ length: Math.ceil(Math.max(1, highest) / step) + 1 }, (_, index) => index * step);
}
