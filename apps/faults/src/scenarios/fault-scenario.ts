import type { Role } from '@folkmoot/contract';
import type { NodeBounds } from '../check/check-nodes.ts';
import type { Member } from '../clients/join-member.ts';
import type { ClusterPlan, FaultCluster } from '../cluster/fault-cluster.ts';

/** By the balancer and over WebSocket unless it says otherwise. */
export type JoinOptions = { name: string; way?: 'websocket' | 'sse'; url?: string; role?: Role };

/** What a scenario does its harm with. The cluster runs and the members write when it is handed over. */
export type FaultRun = {
  cluster: FaultCluster;
  room: string;
  /** Those of the plan first; one who joins during the run comes behind them. */
  members: readonly Member[];
  random: () => number;
  /** Somebody more, by the balancer or straight to a node. */
  join(options: JoinOptions): Promise<Member>;
  /** Lets the members of the plan go on writing for so long. */
  goOn(ms: number): Promise<void>;
  /** What was acknowledged between these times is lost with the log that held it. */
  rewound(fromMs: number, toMs: number): void;
  /** Called when all is over, before the cluster goes. */
  afterwards(close: () => Promise<void>): void;
  /** Keeps a number for the record. */
  note(figure: string, value: number | string): void;
  /** Keeps the sentence as a failure unless the condition holds. */
  expect(condition: boolean, sentence: string): void;
};

export type FaultScenario = {
  /** As the command line knows it. */
  name: string;
  /** What goes wrong, as docs/faults.md lists it. */
  fault: string;
  /** When it passes, besides the checker. */
  passesWhen: string;
  plan: ClusterPlan;
  members: { count: number; writers: number; everyMs: number; ways?: readonly ('websocket' | 'sse')[] };
  bounds?: Partial<NodeBounds>;
  run(run: FaultRun): Promise<void>;
};
