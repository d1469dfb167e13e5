/** Sends in flight at once over all rooms: half of what the server works on for one connection (A5). */
const maxSendsInFlight = 16;

/** Lets so many run at once; the others wait for their turn, first come, first served. */
export type SendSlots = { run<Result>(task: () => Promise<Result>): Promise<Result> };

export function createSendSlots(count: number = maxSendsInFlight): SendSlots {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    async run(task) {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await task();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else free++;
      }
    },
  };
}
