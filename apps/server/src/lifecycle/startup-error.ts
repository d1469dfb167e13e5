/** Why the server does not start, as a sentence for its operator. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
