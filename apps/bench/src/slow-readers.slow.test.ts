import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase } from '@folkmoot/db/testing';
import { closeCodes, webSocketLimits } from '@folkmoot/ws';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Crowd, startCrowd } from './crowd/start-crowd.ts';
import { peakMemoryDuring } from './measure/peak-memory.ts';
import { quantile } from './measure/summary.ts';
import { folkmootPeer } from './peers/folkmoot-peer.ts';
import type { RunningPeer } from './peers/peer.ts';

const healthy = 200;
/** These answer each PING too, when they get to it. */
const slow = 100;
const slowBytesPerSecond = 10_000;
/** Of those who never read some begin to when they are being sent away, the others when the traffic is over. */
const [waking, frozen] = [100, 100];
/** Reads and answers no PING: for the server it is as stalled as they are, and it hears when that is noticed. */
const mute = 1;
const senders = 4;
/** Of the waking and of the frozen each. */
const returning = 5;

/** About 21 KB/s on the wire, twice of what the slow ones read: they are over their limit for most of the minute. */
const messageBytes = 1_024;
const perSecond = 16;
const windowSeconds = 2.5;
const windows = 24;
const inWindow = perSecond * windowSeconds;
const head = (1 + windows) * inWindow;

const mib = 1024 * 1024;
/**
 * What 300 connections cost by themselves, up to 64 KiB that a slow reader is given in one piece as soon as it may have
 * more, a tenth that the kernel adds for its book-keeping, and garbage that is not collected yet.
 */
const otherGrowthMib = 40;
/** Below this it is turns of the clients' event loop that are measured. */
const latencyFloorMs = 5;

/*
 * Latencies are compared with those of a second server, which has 200 healthy readers, the same traffic and nobody
 * else, in the same seconds: what else the machine does delays both. Of windows the median counts, so that one moment
 * in which the disk or another process was busy decides nothing.
 */
describe.runIf(process.platform === 'linux')('200 readers that never read, 100 that read 10 KB/s, 60 s', () => {
  let seen: Awaited<ReturnType<typeof runReaders>>;

  beforeAll(async () => {
    seen = await runReaders();
    console.info(
      `growth ${seen.growthMib.process.toFixed(1)} MiB of the process, ${seen.growthMib.sockets.toFixed(1)} of sockets; ` +
        `p99 ${seen.p99Ms.busy.toFixed(1)} ms, quiet ${seen.p99Ms.quiet.toFixed(1)}; ` +
        `stalled ones noticed after ${(seen.noticedMs / 1_000).toFixed(1)} s, gone after ${(seen.goneMs / 1_000).toFixed(1)}`,
    );
  }, 300_000);

  test('cost no more memory than the limit for each, process and kernel together (R9)', () => {
    const limitMib = ((slow + waking + frozen + mute) * webSocketLimits.maxUnreadBytes) / mib;
    expect(seen.growthMib.process + seen.growthMib.sockets).toBeLessThan(limitMib + otherGrowthMib);
  });

  test('do not delay the others (R9)', () => {
    expect(seen.p99Ms.busy).toBeLessThan(2 * seen.p99Ms.quiet + latencyFloorMs);
    expect(seen.healthy).toEqual(times(healthy, { events: everything(1) }));
  });

  test('have every event once and in order in the end, if they read at all (R4, T3)', () => {
    expect(seen.slow).toEqual(times(slow, { events: everything(inWindow + 1) }));
  });

  test('are sent away with a code that resumes once they have not read for 30 s (T3)', () => {
    const firstPingMs = (webSocketLimits.pingEveryBytes / messageBytes / perSecond) * 1_000;
    // It is looked once a second; the rest is for a machine that is busy.
    expect(seen.noticedMs).toBeGreaterThan(webSocketLimits.stallTimeoutMs);
    expect(seen.noticedMs).toBeLessThan(firstPingMs + webSocketLimits.stallTimeoutMs + 10_000);
    const { code } = closeCodes.noPong;
    expect(seen.waking.map(({ closeCode }) => closeCode)).toEqual(times(waking, code));
    // Who does not take leave either is cut off.
    expect(seen.goneMs).toBeLessThan(seen.noticedMs + webSocketLimits.closeTimeoutMs + 10_000);
  });

  test('go on behind what they have read when they come back (R5)', () => {
    expect(seen.returned).toHaveLength(2 * returning);
    for (const { before, after } of seen.returned) {
      expect(before).toMatchObject({ firstSeq: inWindow + 1, isGapless: true });
      expect(after).toEqual({ events: everything(before.lastSeq + 1) });
    }
  });
});

const everything = (firstSeq: number) => ({
  firstSeq,
  lastSeq: head,
  isGapless: true,
  lastEventId: expect.stringMatching(new RegExp(`\\.${head}$`)),
});

function times<Value>(count: number, value: Value): Value[] {
  return Array.from({ length: count }, () => value);
}

async function runReaders() {
  await using database = await createTestDatabase();
  await using quietDatabase = await createTestDatabase();
  const busy = await folkmootPeer.start({ databaseUrl: async () => database.url });
  const quiet = await folkmootPeer.start({ databaseUrl: async () => quietDatabase.url });
  // A process of their own, so that it is no delivery that is late when these take long to read.
  const crowd = startCrowd();
  const others = startCrowd();
  try {
    return await measure({ busy, quiet, crowd, others });
  } finally {
    await Promise.all([crowd.stop(), others.stop()]);
    await Promise.all([busy.stop(), quiet.stop()]);
  }
}

type World = { busy: RunningPeer; quiet: RunningPeer; crowd: Crowd; others: Crowd };

async function measure({ busy, quiet, crowd, others }: World) {
  for (const [name, { url, dialect }] of [['busy', busy] as const, ['quiet', quiet] as const]) {
    const client = { url, dialect, atOnce: 20 };
    await crowd.join({ ...client, group: name, count: healthy, subscribes: true, isFollowed: true });
    await crowd.join({ ...client, group: `${name} senders`, count: senders, subscribes: false });
  }
  const before = await peakMemoryDuring(busy.pid, async () => publishWindow(crowd));

  const { url, dialect } = busy;
  const reader = { url, dialect, atOnce: 20, subscribes: true, isFollowed: true };
  await others.join({ ...reader, group: 'slow', count: slow, firstIndex: 1_000, bytesPerSecond: slowBytesPerSecond });
  await others.join({ ...reader, group: 'waking', count: waking, firstIndex: 2_000, bytesPerSecond: 0 });
  await others.join({ ...reader, group: 'frozen', count: frozen, firstIndex: 3_000, bytesPerSecond: 0 });
  await others.join({ ...reader, group: 'mute', count: mute, firstIndex: 4_000, answersPing: false });

  const startedAt = performance.now();
  const publishing = publishWindows(crowd);
  const [busyPeak, quietPeak, closing] = await Promise.all([
    peakMemoryDuring(busy.pid, async () => publishing),
    peakMemoryDuring(quiet.pid, async () => publishing),
    awaitClosing(others, url, startedAt),
  ]);
  await others.readToTheEnd('frozen');
  const returned = [...(await comeBack(others, reader, 'waking')), ...(await comeBack(others, reader, 'frozen'))];
  await others.awaitEvents({ group: 'slow', each: windows * inWindow });

  return {
    growthMib: {
      process: (busyPeak.peak.process - quietPeak.peak.process) / mib,
      sockets: (busyPeak.peak.sockets - before.peak.sockets) / mib,
    },
    p99Ms: busyPeak.result,
    ...closing,
    returned,
    healthy: await crowd.survey('busy'),
    slow: await others.survey('slow'),
    waking: await others.survey('waking'),
  };
}

/** The median of the windows' p99, of both servers. */
async function publishWindows(crowd: Crowd): Promise<{ busy: number; quiet: number }> {
  const reports: { busy: number; quiet: number }[] = [];
  for (let window = 0; window < windows; window++) reports.push(await publishWindow(crowd));
  return {
    busy: quantile(
      reports.map((report) => report.busy),
      0.5,
    ),
    quiet: quantile(
      reports.map((report) => report.quiet),
      0.5,
    ),
  };
}

async function publishWindow(crowd: Crowd): Promise<{ busy: number; quiet: number }> {
  const pace = { messageBytes, burst: 1, bursts: inWindow, burstsPerSecond: perSecond };
  const [busy, quiet] = await Promise.all([
    crowd.publish({ ...pace, senders: 'busy senders', receivers: 'busy' }),
    // In between, so that neither has to wait for the other.
    sleep(500 / perSecond).then(async () => crowd.publish({ ...pace, senders: 'quiet senders', receivers: 'quiet' })),
  ]);
  return { busy: busy.p99Ms, quiet: quiet.p99Ms };
}

/** Wakes some of the stalled when the server has begun to send them away, and waits until all others have gone. */
async function awaitClosing(others: Crowd, url: string, startedAt: number) {
  await others.readToTheEnd('mute');
  const noticedMs = performance.now() - startedAt;
  await others.readToTheEnd('waking');
  await vi.waitUntil(async () => (await countSockets(url)) <= healthy + senders + slow, {
    timeout: 60_000,
    interval: 250,
  });
  return { noticedMs, goneMs: performance.now() - startedAt };
}

async function countSockets(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^folkmoot_websockets (\d+)$/m.exec(metrics)?.[1]);
}

type Reader = Omit<Parameters<Crowd['join']>[0], 'group' | 'count'>;

/** Some of a group connect anew, each from where it was, and get what is left. */
async function comeBack(others: Crowd, reader: Reader, group: string) {
  const surveys = await others.survey(group);
  return Promise.all(
    surveys.slice(0, returning).map(async ({ events: before }, index) => {
      if (!before) throw new Error('A stalled reader has nothing to go on from.');
      const name = `${group} ${index}`;
      await others.join({ ...reader, group: name, count: 1, firstIndex: 5_000, lastEventId: before.lastEventId });
      await others.awaitEvents({ group: name, each: head - before.lastSeq });
      const [after] = await others.survey(name);
      return { before, after };
    }),
  );
}
