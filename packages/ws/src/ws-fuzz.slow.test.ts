import { expect, it } from 'vitest';
import { fuzzProtocol } from '../test/fuzz/fuzz-protocol.ts';

it('survives two minutes of nonsense, and its memory stays flat (A8)', { timeout: 300_000 }, async () => {
  const seed = Date.now() % 1_000_000;
  try {
    expect(await fuzzProtocol({ durationMs: 120_000, seed })).toBeGreaterThan(500);
  } catch (cause) {
    throw new Error(`With the seed ${seed}.`, { cause });
  }
});
