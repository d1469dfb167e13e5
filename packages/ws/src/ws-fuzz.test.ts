import { expect, it } from 'vitest';
import { fuzzProtocol } from '../test/fuzz/fuzz-protocol.ts';

it(
  'survives five seconds of nonsense, and a healthy client beside it notices nothing (A8)',
  { timeout: 60_000 },
  async () => {
    expect(await fuzzProtocol({ durationMs: 5_000, seed: 1_021 })).toBeGreaterThan(10);
  },
);
