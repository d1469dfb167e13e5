/**
 * What the end of a connection means (docs/protocol.md, "Close codes"):
 * - 'refresh': a fresh token is all it takes (4401);
 * - 'resume': the server ended it and said why, so the transport itself works (1011 to 1013, 4000 to 4499);
 * - 'strike': nothing says that the server was even reached, or the way spoils what it carries: another transport may
 *   do better when it happens again.
 */
export type CloseMeaning = 'refresh' | 'resume' | 'strike';

/** @param code of the WebSocket's close; null where there was none */
export function closeMeaning(code: number | null): CloseMeaning {
  if (code === 4401) return 'refresh';
  if (code !== null && ((code >= 1011 && code <= 1013) || (code >= 4000 && code <= 4499))) return 'resume';
  return 'strike';
}
