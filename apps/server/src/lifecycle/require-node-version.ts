/** The `engines` of the packages: the first Node of its line that has all that they call. */
const least = { major: 22, minor: 12 };

/**
 * Throws a sentence for operators where Node is older than 22.12. An older one would serve and fail at the first write.
 *
 * @param version as in `process.versions.node`
 */
export function requireNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > least.major || (major === least.major && minor >= least.minor)) return;
  throw new Error(
    `this is Node ${version}, and ${least.major}.${least.minor} or newer is needed (an installed workspace has one: node_modules/.bin/node).`,
  );
}
