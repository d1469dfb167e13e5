import { Presets, SingleBar } from 'cli-progress';

/** Shows how far a run is; on standard error, so that the table can be piped. */
export type Progress = {
  begin(scenario: string): void;
  tick(): void;
  end(): void;
};

/** @param steps of the whole run */
export function createProgress(steps: number): Progress {
  const bar = new SingleBar(
    {
      format: '{bar} {percentage}% | {duration_formatted}, about {eta_formatted} to go | {scenario}',
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: 10_000,
      hideCursor: true,
      etaBuffer: 20,
    },
    Presets.shades_classic,
  );
  bar.start(steps, 0, { scenario: '' });
  return {
    begin: (scenario) => bar.update({ scenario }),
    tick: () => bar.increment(),
    end: () => bar.stop(),
  };
}
