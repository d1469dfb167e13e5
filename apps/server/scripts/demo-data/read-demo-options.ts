import { parseArgs } from 'node:util';
import { defaultRoom, roomSlugSchema } from '@folkmoot/contract';

export const usage = `Fills a room with the talk of a made-up community, to see the chat as it is after two months.

  pnpm demo:data [--room ${defaultRoom}] [--messages 20000] [--days 60] [--seed 1] [--until 2026-01-31T18:00:00Z]

It writes into the database of the server: DATABASE_URL where that is set, else the embedded one in DATA_DIR, whose server has to
be stopped meanwhile. The same --seed and --until give the same messages; --until is now by default.`;

export type DemoOptions = { room: string; messages: number; days: number; seed: number; untilMs: number };

/** Throws a sentence that says what is wrong. Undefined where help is asked for. */
export function readDemoOptions(args: readonly string[], nowMs: number): DemoOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      room: { type: 'string', default: defaultRoom },
      messages: { type: 'string', default: '20000' },
      days: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      until: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const room = roomSlugSchema.safeParse(values.room);
  if (!room.success) throw new Error(`--room must be a name of a-z, 0-9 and single hyphens, not "${values.room}".`);
  const untilMs = values.until === undefined ? nowMs : Date.parse(values.until);
  if (!(untilMs <= nowMs)) throw new Error('--until must be a time of the past, such as 2026-01-31T18:00:00Z.');
  return {
    room: room.data,
    messages: wholeNumber('messages', values.messages, { from: 1, to: 10_000_000 }),
    days: wholeNumber('days', values.days, { from: 1, to: 3_650 }),
    seed: wholeNumber('seed', values.seed, { from: 0, to: 2 ** 32 - 1 }),
    untilMs,
  };
}

function wholeNumber(name: string, text: string, { from, to }: { from: number; to: number }): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < from || number > to) {
    throw new Error(`--${name} must be a whole number from ${from} to ${to}.`);
  }
  return number;
}
