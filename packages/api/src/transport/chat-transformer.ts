import type { TRPCCombinedDataTransformer } from '@trpc/server';
import superjson from 'superjson';
import { isWithinInputLimits, refusedInput } from './input-guard.ts';

/**
 * superjson for tRPC, with an input half that refuses what superjson would take quadratic time over (its
 * `referentialEqualities`), what is larger than 64 KiB and what is nested deeper than 32 levels (A5, A8). Stock clients
 * use plain `superjson`. A refused input fails its own call as INPUT_TOO_LARGE, or as INVALID_INPUT where it is no
 * superjson at all, and leaves the others of its frame alone.
 */
export const chatTransformer: TRPCCombinedDataTransformer = {
  input: {
    serialize: (value: unknown) => superjson.serialize(value),
    deserialize: (value: unknown): unknown => {
      if (value === undefined) return undefined;
      if (!isSuperjsonResult(value)) return refusedInput('not-superjson');
      if (hasReferences(value) || !isWithinInputLimits(value)) return refusedInput('too-large');
      try {
        return superjson.deserialize(value);
      } catch {
        return refusedInput('not-superjson');
      }
    },
  },
  output: superjson,
};

type SuperjsonResult = Parameters<typeof superjson.deserialize>[0];

function isSuperjsonResult(value: unknown): value is SuperjsonResult {
  if (typeof value !== 'object' || value === null || !('json' in value)) return false;
  return !('meta' in value) || value.meta == null || typeof value.meta === 'object';
}

function hasReferences({ meta }: SuperjsonResult): boolean {
  return meta != null && 'referentialEqualities' in meta;
}
