import { timeUntil } from '../waiting.ts';
import type { FaultRun } from './fault-scenario.ts';

const withinMs = 20_000;

/** Every client that was there before has to be told that its position is worth nothing any more (R6). */
export async function expectAllReset({ members, note, expect }: FaultRun, sinceMs: number): Promise<void> {
  const waiting = (): string[] =>
    members
      .filter(({ history }) => !history.stream.some(({ kind, atMs }) => kind === 'reset' && atMs >= sinceMs))
      .map(({ history }) => history.name);
  const tookMs = await timeUntil(() => waiting().length === 0, withinMs);
  note('all were reset after, ms', tookMs ?? 'never');
  expect(tookMs !== undefined, `No reset came to ${waiting().join(', ')}.`);
}
