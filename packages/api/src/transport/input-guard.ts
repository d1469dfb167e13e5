import { limits } from '@folkmoot/contract';
import { DomainError } from '../errors/domain-error.ts';

const refused = Symbol('folkmoot.refused-input');

/** Why an input is not worth deserialising. */
export type InputRefusal = 'too-large' | 'not-superjson';

/** Stands where such an input was; `refusalOf` finds it again. A host's own procedures see an empty object. */
export function refusedInput(reason: InputRefusal): object {
  return { [refused]: reason };
}

/** tRPC spreads an input into a new object to add `lastEventId`; a symbol survives that. */
export function refusalOf(input: unknown): DomainError | undefined {
  if (typeof input !== 'object' || input === null || !(refused in input)) return undefined;
  if (input[refused] === 'too-large') return new DomainError('INPUT_TOO_LARGE');
  return new DomainError('INVALID_INPUT', {
    message: 'The input is not in the form of superjson. Give the client the transformer superjson.',
  });
}

/**
 * Whether a value parsed from JSON has at most the bytes and the depth that an input may have (A5, A8). Bytes are
 * counted as JSON would take at least, escapes left out; the walk stops at the first value over the limit.
 */
export function isWithinInputLimits(value: unknown): boolean {
  let bytesLeft = limits.inputBytes;

  const spend = (bytes: number): boolean => {
    bytesLeft -= bytes;
    return bytesLeft >= 0;
  };
  const take = (part: unknown, depth: number): boolean => {
    if (typeof part === 'string') return spend(utf8Length(part) + 2);
    if (typeof part !== 'object' || part === null) return spend(String(part).length);
    if (depth === 0 || !spend(1)) return false;
    // Each child and its comma take two bytes at least: with too many of them there is no need to look at any.
    if (Array.isArray(part))
      return part.length * 2 <= bytesLeft && part.every((child) => spend(1) && take(child, depth - 1));
    for (const key in part) {
      const child: unknown = Reflect.get(part, key);
      if (!spend(utf8Length(key) + 4) || !take(child, depth - 1)) return false;
    }
    return true;
  };

  // superjson wraps the input once.
  return take(value, limits.inputDepth + 1);
}

function utf8Length(text: string): number {
  return text.length > limits.inputBytes ? text.length : Buffer.byteLength(text);
}
