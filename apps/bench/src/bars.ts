/** What the product holds itself to. A bar that is missed stays where it is and is shown as missed. */
export type Bar = {
  title: string;
  unit: '×' | 'MiB';
  better: 'lower' | 'higher';
  /** Must be reached. */
  bar: number;
  /** Where we want to be. */
  aim: number;
};

/** Every figure by its id. The ids are those of the results, which outlive a run: do not reuse one. */
export const bars = {
  'fan-out-single': {
    title: 'server CPU per delivery, single events, against Socket.IO',
    unit: '×',
    better: 'lower',
    bar: 0.9,
    aim: 0.6,
  },
  'fan-out-bursts': {
    title: 'server CPU per delivery, bursts of 20, against Socket.IO',
    unit: '×',
    better: 'lower',
    bar: 0.2,
    aim: 0.1,
  },
  'fan-out-trpc': {
    title: "server CPU per delivery, single events, against tRPC's own adapter",
    unit: '×',
    better: 'lower',
    bar: 0.2,
    aim: 0.1,
  },
  'sends-transaction': {
    title: 'acknowledged sends/s, 64 senders, against one transaction a message doing the same work',
    unit: '×',
    better: 'higher',
    bar: 10,
    aim: 15,
  },
  'sends-insert': {
    title: 'acknowledged sends/s, 64 senders, against one plain unordered INSERT a message',
    unit: '×',
    better: 'higher',
    bar: 1,
    aim: 1.5,
  },
  'idle-memory': {
    title: 'server memory per idle subscribed connection, against Socket.IO',
    unit: '×',
    better: 'lower',
    bar: 1,
    aim: 0.6,
  },
  'stalled-readers': {
    title: 'memory growth (process and kernel sockets), 100 stalled readers, 10,000 events of 1 KiB',
    unit: 'MiB',
    better: 'lower',
    bar: 40,
    aim: 30,
  },
  'history-newest': {
    title: 'newest history page, a room of 1,000,000 messages against one of 1,000',
    unit: '×',
    better: 'lower',
    bar: 1.3,
    aim: 1.1,
  },
  'history-cursor': {
    title: 'cursor pages anywhere, a room of 1,000,000 messages against one of 1,000',
    unit: '×',
    better: 'lower',
    bar: 1.3,
    aim: 1.1,
  },
  'reconnect-storm': {
    title: '1,000 clients return and catch up on 100 events, server CPU, against Socket.IO without catching up',
    unit: '×',
    better: 'lower',
    bar: 1.5,
    aim: 1,
  },
  latency: {
    title: "send to delivery p99, 100 subscribers, half of the slower system's maximum, against the seed's stack",
    unit: '×',
    better: 'lower',
    bar: 1,
    aim: 0.7,
  },
  'first-page': {
    title: 'server time of 50 messages through tRPC over HTTP, against the same rows through bare node:http and JSON',
    unit: '×',
    better: 'lower',
    bar: 2,
    aim: 1.3,
  },
} as const satisfies Record<string, Bar>;

export type FigureId = keyof typeof bars;

/** In the order of the table. */
export const figureIds: readonly FigureId[] = [
  'fan-out-single',
  'fan-out-bursts',
  'fan-out-trpc',
  'sends-transaction',
  'sends-insert',
  'idle-memory',
  'stalled-readers',
  'history-newest',
  'history-cursor',
  'reconnect-storm',
  'latency',
  'first-page',
];

export type Verdict = 'aim reached' | 'bar reached' | 'missed';

export function judge({ better, bar, aim }: Bar, value: number): Verdict {
  const reaches = (goal: number): boolean => (better === 'lower' ? value <= goal : value >= goal);
  if (reaches(aim)) return 'aim reached';
  return reaches(bar) ? 'bar reached' : 'missed';
}
