import { readFileSync } from 'node:fs';
import { closeCodes } from '@folkmoot/ws';
import { expect, test } from 'vitest';

const protocol = readFileSync(new URL('protocol.md', import.meta.url), 'utf8');

test('docs/protocol.md has every close code with its reason and what to do next, and no other', () => {
  const section = protocol.split('## Close codes')[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| (\d{4}) \| (.+) \| (.+) \|$/gm)].map(([, code, reason, next]) => ({
    code: Number(code),
    reason,
    next,
  }));
  expect(rows).toEqual(Object.values(closeCodes));
});

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
