import { fanOut } from './fan-out.ts';
import { firstPage } from './first-page.ts';
import { historyPages } from './history-pages.ts';
import { idleMemory } from './idle-memory.ts';
import { latency } from './latency.ts';
import { reconnectStorm } from './reconnect-storm.ts';
import type { Scenario } from './scenario.ts';
import { sends } from './sends.ts';
import { stalledReaders } from './stalled-readers.ts';

/** In the order in which they run and are shown. */
export const allScenarios: readonly Scenario[] = [
  fanOut,
  sends,
  idleMemory,
  stalledReaders,
  historyPages,
  reconnectStorm,
  latency,
  firstPage,
];
