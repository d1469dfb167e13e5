/** What became of a node's processes, and what they told of themselves. */
export type NodeReport = {
  name: string;
  /** Ends of its processes, with whether the harness brought them about. */
  ends: { code: number | null; signal: string | null; wasAsked: boolean; tookMs: number }[];
  /** All that they wrote. */
  output: string;
  samples: NodeSample[];
  /** Connections and streams that were open after the last client had left. */
  leftOpen: number;
  /** Timers that were running then. */
  leftTimers: number;
};

export type NodeSample = {
  memoryMiB: number;
  /** 99th percentile since the sample before. */
  loopDelayMs: number;
};

export type NodeBounds = {
  memoryMiB: number;
  loopDelayMs: number;
  /** How long a stop may take that was asked for by SIGTERM. */
  stopMs: number;
  /** What runs on a node that nobody uses: polls, heartbeats, the lease, and keep-alives of the pool. */
  timers: number;
};

/** The processes share two cores with PostgreSQL, the clients, each other and who knows what: a wide bound for delays. */
export const usualBounds: NodeBounds = { memoryMiB: 400, loopDelayMs: 500, stopMs: 12_000, timers: 40 };

const unheard = /unhandled|uncaught|MaxListenersExceeded|heap out of memory|"level":60/i;

/** Sentences about what no server process may do, whatever fails around it. */
export function checkNodes(reports: readonly NodeReport[], bounds: NodeBounds = usualBounds): string[] {
  return reports.flatMap((report) => checkNode(report, bounds));
}

function checkNode(report: NodeReport, bounds: NodeBounds): string[] {
  const { name, ends, output, samples, leftOpen, leftTimers } = report;
  const found: string[] = [];
  for (const { code, signal, wasAsked, tookMs } of ends) {
    if (!wasAsked) found.push(`${name} ended by itself (${signal ?? code}).`);
    else if (signal === null && code !== 0) found.push(`${name} was stopped and ended with code ${code}.`);
    else if (signal === null && tookMs > bounds.stopMs) found.push(`${name} took ${Math.round(tookMs)} ms to stop.`);
  }
  const line = output.split('\n').find((text) => unheard.test(text));
  if (line !== undefined) found.push(`${name} wrote: ${line.slice(0, 300)}`);
  const memoryMiB = Math.max(0, ...samples.map((sample) => sample.memoryMiB));
  if (memoryMiB > bounds.memoryMiB) found.push(`${name} grew to ${Math.round(memoryMiB)} MiB.`);
  const loopDelayMs = Math.max(0, ...samples.map((sample) => sample.loopDelayMs));
  if (loopDelayMs > bounds.loopDelayMs)
    found.push(`The event loop of ${name} was late by ${Math.round(loopDelayMs)} ms.`);
  if (leftOpen > 0) found.push(`${name} kept ${leftOpen} connections of clients that had left.`);
  if (leftTimers > bounds.timers) found.push(`${name} kept ${leftTimers} timers without a client.`);
  return found;
}
