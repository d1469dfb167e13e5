/**
 * What the end of a connection means:
 * - 'refresh': a fresh token is all it takes;
 * - 'resume': the server ended it and said why, so the transport itself works;
 * - 'strike': nothing says that the server was even reached, or the way spoils what it carries: another transport may
 *   do better when it happens again.
 */
export type CloseMeaning = 'refresh' | 'resume' | 'strike';

/** The codes of docs/protocol.md, "Close codes". */
export const closeMeanings: ReadonlyMap<number, CloseMeaning> = new Map([
  [1002, 'strike'],
  [1003, 'strike'],
  [1007, 'strike'],
  [1008, 'strike'],
  [1009, 'strike'],
  [1011, 'resume'],
  [1012, 'resume'],
  [1013, 'resume'],
  [4000, 'resume'],
  [4001, 'resume'],
  [4401, 'refresh'],
  [4408, 'resume'],
  [4409, 'resume'],
]);

/** @param code of the WebSocket's close; null where there was none */
export function closeMeaning(code: number | null): CloseMeaning {
  if (code === null) return 'strike';
  // A later server may have more codes in the range that is the chat's own.
  return closeMeanings.get(code) ?? (code >= 4000 && code <= 4499 ? 'resume' : 'strike');
}
