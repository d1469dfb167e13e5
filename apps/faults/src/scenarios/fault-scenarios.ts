import { clocksApart } from './clocks-apart.ts';
import { crowdDropped } from './crowd-dropped.ts';
import { databaseBusy } from './database-busy.ts';
import { restoredElsewhere, restoredInPlace } from './database-restored.ts';
import { databaseStopped } from './database-stopped.ts';
import { diskFull } from './disk-full.ts';
import type { FaultScenario } from './fault-scenario.ts';
import { hintsLost } from './hints-lost.ts';
import { listenLost } from './listen-lost.ts';
import { memberBanned } from './member-banned.ts';
import { nodeCutOff } from './node-cut-off.ts';
import { nodeKilled } from './node-killed.ts';
import { nodePaused } from './node-paused.ts';
import { redisLost } from './redis-lost.ts';
import { replicaPromoted } from './replica-promoted.ts';
import { rollingRestart } from './rolling-restart.ts';
import { sameSend } from './same-send.ts';

/** In the order in which they run and are shown. */
export const faultScenarios: readonly FaultScenario[] = [
  nodeKilled,
  rollingRestart,
  databaseStopped,
  nodeCutOff,
  listenLost,
  redisLost,
  hintsLost,
  nodePaused,
  crowdDropped,
  sameSend,
  memberBanned,
  clocksApart,
  restoredInPlace,
  restoredElsewhere,
  replicaPromoted,
  databaseBusy,
  diskFull,
];
