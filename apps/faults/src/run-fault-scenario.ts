import { setTimeout as sleep } from 'node:timers/promises';
import { defaultRoom } from '@folkmoot/contract';
import { checkHistories, historyRules, type Violation } from './check/check-histories.ts';
import { checkNodes, type NodeReport, usualBounds } from './check/check-nodes.ts';
import type { ClientHistory, Truth } from './check/client-history.ts';
import { joinMember, type Member } from './clients/join-member.ts';
import { type FaultCluster, SkippedScenario, startFaultCluster } from './cluster/fault-cluster.ts';
import { readTruth } from './read-truth.ts';
import type { FaultScenario, JoinOptions } from './scenarios/fault-scenario.ts';
import { seededRandom } from './seeded-random.ts';
import { timeUntil, withinTime } from './waiting.ts';

export type FaultOutcome = {
  name: string;
  seed: number;
  startedAt: string;
  seconds: number;
  outcome: 'passed' | 'failed' | 'skipped';
  figures: Record<string, number | string>;
  /** Why it failed or was skipped. */
  sentences: string[];
  /** For the folder of a failure. */
  evidence: { histories: readonly ClientHistory[]; truth: Truth | undefined; nodes: readonly NodeReport[] };
};

const room = defaultRoom;
const sampleEveryMs = 2_000;
const joinedAtATime = 20;
const writesEndWithinMs = 30_000;
const settleWithinMs = 30_000;

/**
 * Runs one scenario in a world of its own and holds everything that was seen against the checker. Never throws.
 *
 * @param closers what has to be closed, the last one first, also where the run is interrupted; empty when this resolves
 */
export async function runFaultScenario(
  scenario: FaultScenario,
  seed: number,
  closers: (() => Promise<void>)[] = [],
): Promise<FaultOutcome> {
  const startedAt = new Date();
  const figures: FaultOutcome['figures'] = {};
  const sentences: string[] = [];
  const evidence: FaultOutcome['evidence'] = { histories: [], truth: undefined, nodes: [] };
  const end = (outcome: FaultOutcome['outcome']): FaultOutcome => {
    const seconds = Math.round((Date.now() - startedAt.getTime()) / 1_000);
    return {
      name: scenario.name,
      seed,
      startedAt: startedAt.toISOString(),
      seconds,
      outcome,
      figures,
      sentences,
      evidence,
    };
  };
  try {
    const cluster = await startFaultCluster(scenario.plan, seededRandom(seed));
    closers.push(cluster.close);
    await runIn(cluster, { scenario, seed, figures, sentences, evidence, closers });
  } catch (error) {
    sentences.push(error instanceof Error ? error.message : String(error));
    if (error instanceof SkippedScenario) return end('skipped');
  } finally {
    for (const close of closers.splice(0).toReversed()) await close();
  }
  return end(sentences.length === 0 ? 'passed' : 'failed');
}

type Course = Pick<FaultOutcome, 'seed' | 'figures' | 'sentences' | 'evidence'> & {
  scenario: FaultScenario;
  closers: (() => Promise<void>)[];
};

async function runIn(cluster: FaultCluster, course: Course): Promise<void> {
  const { scenario, figures, sentences, evidence, closers } = course;
  const random = seededRandom(course.seed);
  const members: Member[] = [];
  const rewinds: { fromMs: number; toMs: number }[] = [];
  const bounds = { ...usualBounds, ...scenario.bounds };
  const stopSampling = keepSampling(cluster);

  async function join(options: JoinOptions): Promise<Member> {
    const member = await joinMember({ url: cluster.url, room, way: 'websocket', random, ...options });
    members.push(member);
    return member;
  }
  const ways = scenario.members.ways ?? (['websocket', 'sse'] as const);
  for (let first = 0; first < scenario.members.count; first += joinedAtATime) {
    const size = Math.min(joinedAtATime, scenario.members.count - first);
    const joining = Array.from({ length: size }, async (_, offset) => {
      const way = ways[(first + offset) % ways.length] ?? 'websocket';
      return join({ name: `member ${first + offset + 1}`, way });
    });
    await Promise.all(joining);
  }
  const writers = members.slice(0, scenario.members.writers);
  for (const writer of writers) writer.startWriting(scenario.members.everyMs);

  try {
    await scenario.run({
      cluster,
      room,
      members,
      random,
      join,
      goOn: async (ms) => sleep(ms),
      afterwards: (close) => closers.push(close),
      rewound: (fromMs, toMs) => rewinds.push({ fromMs, toMs }),
      note(figure, value) {
        figures[figure] = typeof value === 'number' ? Math.round(value) : value;
      },
      expect(condition, sentence) {
        if (!condition) sentences.push(sentence);
      },
    });
  } finally {
    await Promise.all(members.map(async (member) => member.stopWriting(writesEndWithinMs)));
    evidence.histories = members.map(({ history }) => history);
    const truth = await settle(cluster, members).catch((error: unknown) => {
      sentences.push(`The room cannot be read in the end: ${String(error)}`);
    });
    evidence.truth = truth ?? undefined;
    await stopSampling();
    await withinTime(settleWithinMs, async () => Promise.all(members.map(async (member) => member.close()))).catch(
      () => {
        sentences.push('Clients could not leave.');
      },
    );
    await Promise.all(cluster.nodes.map(async (node) => node.leftovers()));
    await Promise.all(cluster.nodes.map(async (node) => node.stop()));
    evidence.nodes = cluster.nodes.map((node) => node.report());
    sentences.push(...checkNodes(evidence.nodes, bounds));
    if (truth) sentences.push(...summarise(checkHistories({ histories: evidence.histories, truth, rewinds })));
    Object.assign(figures, countWork(evidence));
  }
}

/** Waits until everybody who is to be there has all that is stored, as far as they will. */
async function settle(cluster: FaultCluster, members: readonly Member[]): Promise<Truth> {
  const [reader] = members;
  if (!reader) throw new Error('Nobody is there to read.');
  const truth = await withinTime(settleWithinMs, async () => readTruth(reader.chat, room));
  const present = members.filter(({ history }) => history.isConnectedAtEnd);
  await timeUntil(
    () => present.every((member) => member.position() === truth.position && member.isFolded()),
    settleWithinMs,
  );
  return truth;
}

function keepSampling(cluster: FaultCluster): () => Promise<void> {
  const stop = new AbortController();
  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      await Promise.all(cluster.nodes.map(async (node) => node.sample()));
      await sleep(sampleEveryMs, undefined, { signal: stop.signal }).catch(() => {});
    }
  }
  const sampling = run();
  return async () => {
    stop.abort();
    await sampling;
  };
}

const shownOfEach = 3;

/** The first few of each rule: one lost message shows at every client. */
function summarise(violations: readonly Violation[]): string[] {
  return historyRules.flatMap((rule) => {
    const all = violations.filter((violation) => violation.rule === rule);
    const shown = all.slice(0, shownOfEach).map(({ sentence }) => `${rule}: ${sentence}`);
    return all.length > shownOfEach ? [...shown, `${rule}: ${all.length - shownOfEach} more`] : shown;
  });
}

function countWork({ histories, nodes }: FaultOutcome['evidence']): Record<string, number> {
  const writes = histories.flatMap((history) => history.writes);
  const samples = nodes.flatMap((node) => node.samples);
  return {
    'writes acknowledged': writes.filter(({ answer }) => answer).length,
    'tries repeated': writes.reduce((sum, { failedTries }) => sum + failedTries.length, 0),
    'events received': histories.flatMap(({ stream }) => stream.filter(({ kind }) => kind === 'event')).length,
    'memory of a node, MiB at most': Math.round(Math.max(0, ...samples.map(({ memoryMiB }) => memoryMiB))),
    'event loop late by, ms at most (p99 of 2 s)': Math.round(
      Math.max(0, ...samples.map(({ loopDelayMs }) => loopDelayMs)),
    ),
  };
}
