import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const protocol = readFileSync(new URL('../docs/protocol.md', import.meta.url), 'utf8');

test('docs/protocol.md states each rule once', () => {
  const stated = [...protocol.matchAll(/^- \*\*([RSPAT]\d+)\*\*/gm)].map(([, rule]) => rule);
  const expected = [
    ...numbered('R', 10),
    ...numbered('S', 7),
    ...numbered('P', 4),
    ...numbered('A', 9),
    ...numbered('T', 6),
  ];
  expect(stated).toEqual(expected);
});

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
}
