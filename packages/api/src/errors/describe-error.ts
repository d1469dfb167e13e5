/**
 * What a log may say of an error: name, code and message of what lies at its root. Never the error as it is, for a
 * failed query carries its parameters, and so the texts of messages.
 */
export function describeError(error: unknown): { reason: string; reasonCode?: string } {
  let root = error;
  for (let depth = 0; depth < 8 && root instanceof Error && root.cause instanceof Error; depth++) root = root.cause;
  if (!(root instanceof Error)) return { reason: typeof root };
  // Drizzle's own error without a cause would still have the query and its parameters in the message.
  const message = 'params' in root ? 'a query failed' : root.message;
  const code = 'code' in root && typeof root.code === 'string' ? { reasonCode: root.code } : {};
  return { reason: `${root.name}: ${message}`, ...code };
}
