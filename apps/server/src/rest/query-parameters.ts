/** How a parameter is read: as the text that it is, or as a whole number. */
export type ParameterKinds = Readonly<Record<string, 'text' | 'integer'>>;

/**
 * Reads the parameters of a query into an input for a procedure, which then judges it. Only what is plainly a whole
 * number becomes one; a parameter that comes twice stays a list, which no procedure takes.
 */
export function readQuery(query: URLSearchParams, kinds: ParameterKinds): Record<string, unknown> {
  const entries = Object.entries(kinds).flatMap(([name, kind]): [string, unknown][] => {
    const [first, ...more] = query.getAll(name);
    if (first === undefined) return [];
    if (more.length > 0) return [[name, [first, ...more]]];
    return [[name, kind === 'integer' && /^-?\d{1,15}$/.test(first) ? Number(first) : first]];
  });
  return Object.fromEntries(entries);
}
