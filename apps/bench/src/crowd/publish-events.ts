import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../measure/summary.ts';
import type { PublishInput, PublishReport } from './crowd-commands.ts';
import type { Group } from './group.ts';
import { markedText, readMarker } from './marked-text.ts';

/** Nothing arrived for so long: what is missing will not come. */
const silenceMs = 15_000;
const pollMs = 5;

type Parties = { senders: Group; receivers: Group | undefined };

/**
 * Sends bursts at their times, whether or not the server keeps up, so that a slow server shows as late deliveries and
 * not as fewer of them. Resolves when everything has arrived; rejects when something never does.
 */
export async function publishEvents(parties: Parties, input: PublishInput): Promise<PublishReport> {
  const { senders, receivers } = parties;
  const { burst, bursts, messageBytes, maxUnacknowledged = Number.POSITIVE_INFINITY } = input;
  const sentAt = new Float64Array(burst * bursts);
  const latencies: number[] = [];
  const deliveriesWanted = burst * bursts * (receivers?.members.length ?? 0);
  const bytesBefore = receivers?.bytes ?? 0;
  let deliveries = 0;
  let acknowledged = 0;
  let acknowledgementsWanted = 0;
  senders.onAcknowledged = () => acknowledged++;
  if (receivers) {
    receivers.onEvent = (payload) => {
      deliveries++;
      const sent = sentAt[readMarker(payload) ?? -1];
      if (sent !== undefined) latencies.push(performance.now() - sent);
    };
  }

  const start = performance.now();
  for (let turn = 0; turn < bursts; turn++) {
    const dueIn = start + (turn / input.burstsPerSecond) * 1000 - performance.now();
    if (dueIn > 0) await sleep(dueIn);
    const mayGoOn = (): boolean => acknowledgementsWanted - acknowledged <= maxUnacknowledged;
    await waitUntil(mayGoOn, () => acknowledged, [senders]);
    const first = turn * burst;
    const texts = Array.from({ length: burst }, (_, index) => markedText(messageBytes, first + index));
    sentAt.fill(performance.now(), first, first + burst);
    acknowledgementsWanted += senders.send(texts, turn);
  }
  const isDone = (): boolean => deliveries >= deliveriesWanted && acknowledged >= acknowledgementsWanted;
  await waitUntil(isDone, () => deliveries + acknowledged, [senders, receivers]);
  if (receivers) receivers.onEvent = undefined;
  senders.onAcknowledged = undefined;

  return {
    deliveries,
    bytesPerDelivery: receivers && deliveries > 0 ? (receivers.bytes - bytesBefore) / deliveries : 0,
    p50Ms: latencies.length > 0 ? quantile(latencies, 0.5) : 0,
    p99Ms: latencies.length > 0 ? quantile(latencies, 0.99) : 0,
  };
}

/** Waits as long as `progress` moves, at least every 15 s unless told otherwise. */
export async function waitUntil(
  isDone: () => boolean,
  progress: () => number,
  groups: readonly (Group | undefined)[],
  maxSilenceMs = silenceMs,
): Promise<void> {
  let last = progress();
  let movedAt = performance.now();
  while (!isDone()) {
    for (const group of groups) {
      if (group && group.failures.length > 0) throw new Error(`A client failed: ${group.failures[0]}`);
    }
    await sleep(pollMs);
    const now = progress();
    if (now !== last) {
      last = now;
      movedAt = performance.now();
    } else if (performance.now() - movedAt > maxSilenceMs) {
      throw new Error(`Nothing arrives any more; there were ${now}.`);
    }
  }
}
