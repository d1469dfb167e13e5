import type { BenchDatabase } from './bench-database.ts';
import { startCrowd } from './crowd/start-crowd.ts';
import type { Scale } from './scale.ts';
import type { Measured, Scenario } from './scenarios/scenario.ts';

export type RunOptions = { scale: Scale; database: BenchDatabase; tick: () => void; nodeFlags: readonly string[] };

/** Runs one scenario in a world of its own, and stops all that it started whether or not it came to an end. */
export async function runScenario(
  scenario: Scenario,
  { scale, database, tick, nodeFlags }: RunOptions,
): Promise<Measured> {
  const started: { stop: () => Promise<void> }[] = [];
  try {
    return await scenario.run({
      scale,
      tick,
      async start(peer, rooms) {
        const options = { databaseUrl: async (name: string) => database.urlOf(name), nodeFlags };
        const server = await peer.start(rooms ? { ...options, rooms } : options);
        started.push(server);
        return server;
      },
      startCrowd() {
        const crowd = startCrowd();
        started.push(crowd);
        return crowd;
      },
      databaseUrl: async (name) => database.urlOf(name),
    });
  } finally {
    // Clients first: servers need not take leave of them one by one.
    await Promise.all(started.toReversed().map(async ({ stop }) => stop()));
    await database.dropAll();
  }
}
