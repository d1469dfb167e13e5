/** Reads from a stream until it has `count` values, and leaves it open: the iterator goes on from there. */
export async function takeEvents<Value>(iterator: AsyncIterator<Value>, count: number): Promise<Value[]> {
  const taken: Value[] = [];
  while (taken.length < count) {
    const next = await iterator.next();
    if (next.done) throw new Error(`The stream ended after ${taken.length} of ${count} events.`);
    taken.push(next.value);
  }
  return taken;
}
