/**
 * superjson's annotations say what values an input holds that JSON has no words for: a tree of types by path. Read as
 * they come they cost far more than their bytes: a typed array as large as a number says, one Set copied for each
 * spelling of its place ("0", "00", "0e0"). So only few are taken, of types that cost what they weigh, each place once
 * and spelled as superjson spells it (A8).
 */
const harmlessTypes = new Set(['undefined', 'Date', 'bigint', 'number', 'URL', 'regexp', 'Error', 'set', 'map']);
const maxAnnotations = 100;

/**
 * Whether the annotations of a superjson result may be handed to superjson.
 *
 * @param json the plain half of the result, in which each annotated place has to exist
 */
export function hasHarmlessAnnotations(json: unknown, annotations: unknown): boolean {
  const seen = new Set<string>();

  const take = (tree: unknown, place: unknown, path: readonly string[]): boolean => {
    if (!Array.isArray(tree)) return takeChildren(tree, place, path);
    const node: readonly unknown[] = tree;
    const [type, children] = node;
    const key = JSON.stringify(path);
    if (typeof type !== 'string' || !harmlessTypes.has(type) || seen.has(key)) return false;
    seen.add(key);
    return seen.size <= maxAnnotations && (children == null || takeChildren(children, place, path));
  };
  const takeChildren = (children: unknown, place: unknown, path: readonly string[]): boolean => {
    if (typeof children !== 'object' || children === null || Array.isArray(children)) return false;
    return Object.entries(children).every(([key, child]) => {
      const segments = splitPath(key);
      const below = stepInto(place, segments);
      return below !== undefined && take(child, below.place, [...path, ...segments]);
    });
  };

  return annotations == null || take(annotations, json, []);
}

/** Follows a path through JSON. Undefined where it leads nowhere, or spells an index in another way than its own. */
function stepInto(from: unknown, segments: readonly string[]): { place: unknown } | undefined {
  let place = from;
  for (const segment of segments) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, segment)) return undefined;
    if (Array.isArray(place) && !/^(0|[1-9]\d*)$/.test(segment)) return undefined;
    place = Reflect.get(place, segment);
  }
  return { place };
}

/** Dots part the keys of a path; in a key they have a backslash before them, as have backslashes. */
function splitPath(path: string): string[] {
  const keys = [''];
  for (const [part] of path.matchAll(/\\?./gsu)) {
    if (part === '.') keys.push('');
    else keys[keys.length - 1] += part.length > 1 && part.startsWith('\\') ? part.slice(1) : part;
  }
  return keys;
}
