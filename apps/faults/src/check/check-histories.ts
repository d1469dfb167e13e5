import type { ClientHistory, SeenMessage, Truth, WriteRecord } from './client-history.ts';
import { epochOf, foldHistory, seqOf } from './fold-history.ts';

/** What a run of clients must never show, by name. Each is a sentence of the checker. */
export const historyRules = [
  'acknowledged and stored',
  'acknowledged and received',
  'once or never',
  'no event twice',
  'no hole',
  'all agree',
  'order of each author',
  'fold equals a fresh read',
  'times do not fall',
  'streams go on',
  'failures can be repeated',
] as const;
export type HistoryRule = (typeof historyRules)[number];

export type Violation = { rule: HistoryRule; sentence: string };

export type CheckInput = {
  histories: readonly ClientHistory[];
  truth: Truth;
  /** Times from a backup to its restore: what was acknowledged between them is gone with the log that held it. */
  rewinds?: readonly { fromMs: number; toMs: number }[];
};

/** What a sender must never be told while it does nothing wrong; `INTERNAL` may be repeated, but names nothing. */
const nameless = 'INTERNAL';

/** Holds everything that clients sent, got acknowledged and received against each other and against what is stored. */
export function checkHistories(input: CheckInput): Violation[] {
  const violations: Violation[] = [];
  const report = (rule: HistoryRule, sentence: string): void => {
    violations.push({ rule, sentence });
  };
  checkWrites(input, report);
  checkStored(input, report);
  checkAgreement(input, report);
  for (const history of input.histories) {
    checkStream(history, report);
    checkFailures(history, input, report);
    checkAuthorOrder(history, report);
    if (history.isConnectedAtEnd) checkEnd(history, input, report);
  }
  return violations;
}

type Report = (rule: HistoryRule, sentence: string) => void;
type Acknowledged = WriteRecord & Required<Pick<WriteRecord, 'answer'>>;

function acknowledgedOf(history: ClientHistory): Acknowledged[] {
  return history.writes.filter((write): write is Acknowledged => write.answer !== undefined);
}

/** Whether the log of which this write was acknowledged may be gone. */
function isRewound(write: WriteRecord, { rewinds = [] }: CheckInput): boolean {
  const untilMs = write.answer?.atMs ?? Number.POSITIVE_INFINITY;
  return rewinds.some(({ fromMs, toMs }) => untilMs >= fromMs && write.startedAtMs <= toMs);
}

function checkWrites(input: CheckInput, report: Report): void {
  const stored = new Map(input.truth.messages.map((message) => [message.id, message]));
  for (const history of input.histories) {
    for (const write of acknowledgedOf(history)) {
      if (isRewound(write, input)) continue;
      const { message } = write.answer;
      const now = stored.get(message.id);
      const what = `${write.kind} ${write.clientMessageId} of ${history.name}, acknowledged as message ${message.seq}`;
      if (!now) report('acknowledged and stored', `The ${what}, is not there.`);
      else if (
        now.seq !== message.seq ||
        now.clientMessageId !== write.clientMessageId ||
        now.userId !== history.userId
      )
        report('acknowledged and stored', `The ${what}, is there as message ${now.seq} of another write.`);
      else if (now.version < message.version || (now.version === message.version && now.text !== message.text))
        report('acknowledged and stored', `The ${what}, is there in an older or other state.`);
    }
  }
}

function checkStored({ histories, truth }: CheckInput, report: Report): void {
  const sent = new Set(histories.flatMap(({ userId, writes }) => writes.map((write) => keyOf(userId, write))));
  const seen = new Set<string>();
  let lastCreatedAtMs = 0;
  for (const message of truth.messages) {
    const key = keyOf(message.userId, message);
    if (seen.has(key)) report('once or never', `Message ${message.seq} is there a second time (${key}).`);
    if (!sent.has(key)) report('once or never', `Message ${message.seq} was sent by nobody (${key}).`);
    seen.add(key);
    if (message.createdAtMs < lastCreatedAtMs)
      report('times do not fall', `Message ${message.seq} is older than the one before.`);
    lastCreatedAtMs = message.createdAtMs;
  }
}

const keyOf = (userId: string, { clientMessageId }: { clientMessageId: string | null }) =>
  `${userId} ${clientMessageId ?? ''}`;

function checkAgreement({ histories, truth }: CheckInput, report: Report): void {
  const events = new Map<string, string>();
  const states = new Map<string, string>();
  function compare(known: Map<string, string>, key: string, value: string, who: string): void {
    const before = known.get(key);
    if (before === undefined) known.set(key, value);
    else if (before !== value) report('all agree', `At ${key} ${who} saw ${value}, where others saw ${before}.`);
  }
  const compareState = (epoch: string, message: SeenMessage, who: string): void => {
    const { id, version, seq, userId, clientMessageId, text, isDeleted, createdAtMs } = message;
    const state = JSON.stringify({ seq, userId, clientMessageId, text, isDeleted, createdAtMs });
    compare(states, `${epoch} ${id} version ${version}`, state, who);
  };

  for (const { position, type, messageId } of truth.events)
    compare(events, position, `${type} ${messageId}`, 'the log');
  for (const message of truth.messages) compareState(epochOf(truth.position), message, 'the log');
  for (const { name, stream } of histories) {
    for (const item of stream) {
      const epoch = epochOf(item.position);
      if (item.kind === 'page') for (const message of item.messages) compareState(epoch, message, name);
      if (item.kind !== 'event') continue;
      compare(events, item.position, `${item.type} ${item.message?.id}`, name);
      if (item.message) compareState(epoch, item.message, name);
    }
  }
}

function checkStream({ name, stream, complaints, isExpelled = false }: ClientHistory, report: Report): void {
  const positions = new Set<string>();
  let last: string | undefined;
  for (const item of stream) {
    if (item.kind === 'page') continue;
    if (item.kind === 'event') {
      if (positions.has(item.position)) report('no event twice', `${name} received ${item.position} again.`);
      positions.add(item.position);
      const isNext =
        last !== undefined && epochOf(last) === epochOf(item.position) && seqOf(last) + 1 === seqOf(item.position);
      if (!isNext) report('no hole', `${name} received ${item.position} after ${last}.`);
    }
    last = item.position;
  }
  if (!isExpelled) for (const complaint of complaints) report('streams go on', `${name}: ${complaint}`);
}

function checkFailures(history: ClientHistory, input: CheckInput, report: Report): void {
  const sends = history.writes.filter(({ kind }) => kind === 'send');
  const gone = new Set(sends.filter((write) => isRewound(write, input)).map((write) => write.clientMessageId));
  for (const write of history.writes) {
    if (isRewound(write, input) || history.isExpelled) continue;
    // What was lost with its log can be neither edited nor deleted.
    if (write.refusal === 'MESSAGE_NOT_FOUND' && gone.has(write.clientMessageId)) continue;
    const { kind, clientMessageId, refusal, failedTries } = write;
    const code = refusal ?? failedTries.find((failure) => failure === nameless);
    if (code !== undefined)
      report('failures can be repeated', `The ${kind} ${clientMessageId} of ${history.name} failed as ${code}.`);
  }
}

/** Writers wait for each answer before they write on, so what they sent later stands later. */
function checkAuthorOrder(history: ClientHistory, report: Report): void {
  let last: Acknowledged | undefined;
  for (const write of acknowledgedOf(history)) {
    if (write.kind !== 'send') continue;
    const { seq, createdAtMs } = write.answer.message;
    const isRepeat = write.clientMessageId === last?.clientMessageId;
    // A log that was rewound counts anew; there it is the times that tell.
    const isAfter =
      last === undefined || seq > last.answer.message.seq || createdAtMs > last.answer.message.createdAtMs;
    if (!isRepeat && !isAfter)
      report('order of each author', `Message ${seq} of ${history.name} stands before an earlier one.`);
    last = write;
  }
}

function checkEnd(history: ClientHistory, input: CheckInput, report: Report): void {
  const { name, stream } = history;
  const { truth, histories } = input;
  const folded = foldHistory(history);
  if (folded.position !== truth.position)
    report('acknowledged and received', `${name} ended at ${folded.position}, and the room at ${truth.position}.`);

  const received = new Set(
    stream.flatMap((item) => {
      if (item.kind === 'page') return item.messages.map(({ id }) => id);
      return item.kind === 'event' && item.message ? [item.message.id] : [];
    }),
  );
  for (const writer of histories) {
    for (const write of acknowledgedOf(writer)) {
      const { id, seq } = write.answer.message;
      if (write.kind !== 'send' || seq < folded.fromSeq || isRewound(write, input)) continue;
      if (!received.has(id))
        report('acknowledged and received', `${name} never received message ${seq} of ${writer.name}.`);
    }
  }

  if (folded.fromSeq === Number.POSITIVE_INFINITY)
    report('fold equals a fresh read', `${name} holds no page of the room.`);
  const fresh = truth.messages.filter(({ seq }) => seq >= folded.fromSeq);
  const held = folded.messages.filter(({ seq }) => seq >= folded.fromSeq);
  const differing = fresh.find((message, index) => JSON.stringify(message) !== JSON.stringify(held[index]));
  if (differing || held.length !== fresh.length) {
    const where = differing ? `, first at message ${differing.seq}` : '';
    report('fold equals a fresh read', `${name} holds ${held.length} of ${fresh.length} messages${where}.`);
  }
}
