/** What the other members of a message and its punctuation take, as plain JSON. */
const otherBytes = 435;
const markerDigits = 9;
const hash = 0x23;

/** A text that makes a message of so many bytes as plain JSON, and bears a number that its receiver reads again. */
export function markedText(messageBytes: number, number: number): string {
  const marker = `#${String(number).padStart(markerDigits, '0')} `;
  return marker.padEnd(Math.max(marker.length + 1, messageBytes - otherBytes), 'lorem ipsum ');
}

/** The number of a text somewhere in a frame; undefined without one. No other part of a message holds a `#`. */
export function readMarker(payload: Buffer): number | undefined {
  const at = payload.indexOf(hash);
  if (at < 0) return undefined;
  const number = Number(payload.toString('latin1', at + 1, at + 1 + markerDigits));
  return Number.isInteger(number) ? number : undefined;
}
