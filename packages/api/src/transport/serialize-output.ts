import superjson from 'superjson';

type DateAnnotations = Record<string, ['Date']>;

/**
 * What superjson makes of a value, in a fraction of its time where the value is made of plain objects, arrays, Dates and
 * what JSON has, each object in one place. Answers and events of the chat are that; a page of history has hundreds of
 * objects, of which superjson keeps each with its path. Everything else is left to superjson.
 *
 * Printed as JSON the two are the same, up to the order of the annotations. Until then this one is no copy, and its Dates
 * are Dates.
 */
export function serializeOutput(value: unknown): { json?: unknown; meta?: unknown } {
  const values = findDates(value);
  if (!values) return superjson.serialize(value);
  return Object.keys(values).length > 0 ? { json: value, meta: { values, v: 1 } } : { json: value };
}

/** Keys that superjson refuses. */
const refusedKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Where the Dates are, by paths as superjson spells them; undefined where there is more than this module knows. */
function findDates(root: unknown): DateAnnotations | undefined {
  const dates: DateAnnotations = {};
  const seen = new Set<object>();

  /** @param prefix the path of what `key` is a key of, with a dot behind it */
  const take = (part: unknown, prefix: string, key: string): boolean => {
    if (typeof part === 'string' || typeof part === 'boolean' || part === null) return true;
    if (typeof part === 'number') return Number.isFinite(part) && !Object.is(part, -0);
    // superjson says which values are one and the same object; and one within itself has no end.
    if (typeof part !== 'object' || seen.has(part)) return false;
    seen.add(part);
    const prototype: unknown = Object.getPrototypeOf(part);
    if (prototype === Date.prototype && part instanceof Date) {
      dates[prefix + escapeKey(key)] = ['Date'];
      return !Number.isNaN(part.getTime());
    }
    return takeChildren(part, prototype, `${prefix}${escapeKey(key)}.`);
  };

  const takeChildren = (part: object, prototype: unknown, prefix: string): boolean => {
    if (Array.isArray(part)) {
      // No holes, and no keys but the indices.
      const isPlain = prototype === Array.prototype && Object.keys(part).length === part.length;
      return isPlain && part.every((child: unknown, index) => take(child, prefix, String(index)));
    }
    if (prototype !== Object.prototype && prototype !== null) return false;
    return Object.entries(part).every(([key, child]) => !refusedKeys.has(key) && take(child, prefix, key));
  };

  if (typeof root !== 'object' || root === null) return undefined;
  seen.add(root);
  return takeChildren(root, Object.getPrototypeOf(root), '') ? dates : undefined;
}

function escapeKey(key: string): string {
  return /[.\\]/.test(key) ? key.replaceAll(/[.\\]/g, String.raw`\$&`) : key;
}
