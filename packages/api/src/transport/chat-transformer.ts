import type { TRPCCombinedDataTransformer } from '@trpc/server';
import superjson from 'superjson';
import { hasHarmlessAnnotations } from './annotation-guard.ts';
import { isWithinInputLimits, refusedInput } from './input-guard.ts';
import { serializeOutput } from './serialize-output.ts';

/**
 * superjson for tRPC, with an input half that refuses what costs superjson more than it weighs (`referentialEqualities`,
 * typed arrays, more than a hundred annotations), what is larger than 64 KiB and what is nested deeper than 32 levels (A5,
 * A8). Dates, sets, maps, bigints and undefined pass. Stock clients use plain `superjson`. A refused input fails its own call as INPUT_TOO_LARGE, or as INVALID_INPUT where it is no
 * superjson at all, and leaves the others of its frame alone.
 */
export const chatTransformer: TRPCCombinedDataTransformer = {
  input: {
    serialize: (value: unknown) => superjson.serialize(value),
    deserialize: (value: unknown): unknown => {
      if (value === undefined) return undefined;
      if (!isSuperjsonResult(value)) return refusedInput('not-superjson');
      if (!isWithinInputLimits(value) || isCostly(value)) return refusedInput('too-large');
      try {
        return superjson.deserialize(value);
      } catch {
        return refusedInput('not-superjson');
      }
    },
  },
  output: {
    serialize: serializeOutput,
    deserialize: (value: SuperjsonResult): unknown => superjson.deserialize(value),
  },
};

type SuperjsonResult = Parameters<typeof superjson.deserialize>[0];

function isSuperjsonResult(value: unknown): value is SuperjsonResult {
  if (typeof value !== 'object' || value === null || !('json' in value)) return false;
  return !('meta' in value) || value.meta == null || typeof value.meta === 'object';
}

function isCostly({ json, meta }: SuperjsonResult): boolean {
  return meta != null && ('referentialEqualities' in meta || !hasHarmlessAnnotations(json, meta.values));
}
