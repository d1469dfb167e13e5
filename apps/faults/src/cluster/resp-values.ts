const lineEnd = '\r\n';
/** How many values follow for each that an aggregate counts; others are complete in their line. */
const valuesEach: Readonly<Record<string, number>> = { '*': 1, '>': 1, '~': 1, '%': 2 };
const withText = new Set(['$', '=', '!']);

/** Where the value of Redis' protocol ends that begins there; undefined while it is not all there. */
export function endOfRespValue(buffer: Buffer, at = 0): number | undefined {
  const lineEndsAt = buffer.indexOf(lineEnd, at);
  if (at >= buffer.length || lineEndsAt < 0) return undefined;
  const kind = String.fromCharCode(buffer[at] ?? 0);
  const count = Number(buffer.toString('latin1', at + 1, lineEndsAt));
  const behindLine = lineEndsAt + lineEnd.length;
  if (withText.has(kind)) {
    const end = count < 0 ? behindLine : behindLine + count + lineEnd.length;
    return end <= buffer.length ? end : undefined;
  }
  let end: number | undefined = behindLine;
  for (let left = count * (valuesEach[kind] ?? 0); left > 0 && end !== undefined; left--)
    end = endOfRespValue(buffer, end);
  return end;
}

/** Whether a whole value is a message on the channel of a room. */
export function isHint(value: Buffer): boolean {
  return /^[*>]3\r\n\$\d+\r\ns?message\r\n\$\d+\r\n[^\r]*:room:/.test(value.toString('latin1', 0, 200));
}
