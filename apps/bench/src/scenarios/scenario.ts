import type { FigureId } from '../bars.ts';
import type { Crowd } from '../crowd/start-crowd.ts';
import type { Peer, RunningPeer } from '../peers/peer.ts';
import type { Scale } from '../scale.ts';

/** Absolute values of one kind, side by side: what a plot shows. */
export type Panel = {
  id: string;
  title: string;
  unit: string;
  better: 'lower' | 'higher';
  /** Ours first. */
  series: { name: string; samples: number[] }[];
};

export type Measured = {
  /** Samples of the figures that have bars; their median is judged. */
  figures: Partial<Record<FigureId, number[]>>;
  panels: Panel[];
  /** What else was seen, for the record. */
  details?: Record<string, number>;
};

/** What a scenario works with; all that it starts is stopped after it. */
export type World = {
  scale: Scale;
  start(peer: Peer, rooms?: readonly string[]): Promise<RunningPeer>;
  startCrowd(): Crowd;
  /** A database of the run's PostgreSQL, whose fsync is on; made at first use and kept for the run. */
  databaseUrl(name: string): Promise<string>;
  /** One step of `steps` is done. */
  tick(): void;
};

export type Scenario = {
  name: string;
  figures: readonly FigureId[];
  /** How often `run` calls `tick`. */
  steps(scale: Scale): number;
  run(world: World): Promise<Measured>;
};
