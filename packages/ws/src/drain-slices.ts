/** One group of a drain and when its turn is, in milliseconds from now. */
export type Slice<T> = { atMs: number; members: T[] };

/**
 * Divides members into groups over a span of time, in random order and each at a random moment of its part of the span
 * (T5), so that those who come back elsewhere do not all come at once.
 */
export function drainSlices<T>(
  members: readonly T[],
  options: { spreadMs: number; sliceMs: number; random: () => number },
): Slice<T>[] {
  const { spreadMs, sliceMs, random } = options;
  if (members.length === 0) return [];
  const count = Math.max(1, Math.min(members.length, Math.floor(spreadMs / sliceMs)));
  const partMs = spreadMs / count;
  const slices = Array.from({ length: count }, (_, index): Slice<T> => ({
    atMs: (index + random()) * partMs,
    members: [],
  }));
  shuffled(members, random).forEach((member, index) => {
    slices[index % count]?.members.push(member);
  });
  return slices;
}

function shuffled<T>(members: readonly T[], random: () => number): T[] {
  return members
    .map((member) => ({ member, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ member }) => member);
}
