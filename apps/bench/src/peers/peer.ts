import type { DialectName } from '../crowd/dialects.ts';

/** A server that is measured: a process of its own, started for a scenario. */
export type RunningPeer = {
  pid: number;
  url: string;
  dialect: DialectName;
  stop(): Promise<void>;
};

export type PeerOptions = {
  /** A database of its own on the run's PostgreSQL; made at first use. */
  databaseUrl(name: string): Promise<string>;
  /** Further rooms, for servers that have rooms. */
  rooms?: readonly string[];
  /** Flags of Node for Folkmoot's own process. */
  nodeFlags?: readonly string[];
};

/** What makes one kind of server. */
export type Peer = {
  /** As it is written in tables and plots. */
  title: string;
  start(options: PeerOptions): Promise<RunningPeer>;
};
