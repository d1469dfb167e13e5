/** Why the embedded PostgreSQL cannot run, as a sentence for the person who started the server, with what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
