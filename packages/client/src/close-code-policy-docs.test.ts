import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { closeMeaning, closeMeanings } from './close-code-policy.ts';

const protocol = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');
const section = protocol.split('## Close codes')[1]?.split('\n## ')[0] ?? '';
const rows = [...section.matchAll(/^\| (\d{4}) \| .+ \| (.+) \|$/gm)].map(
  ([, code, next]) => [Number(code), next] as const,
);
const codesOf = (meaning: string): number[] =>
  [...closeMeanings].flatMap(([code, one]) => (one === meaning ? [code] : []));

test('the client knows every close code of docs/protocol.md, and no other', () => {
  expect([...closeMeanings.keys()]).toEqual(rows.map(([code]) => code));
});

test('A3: it asks for a fresh token after the codes that say so, and after no other', () => {
  expect(codesOf('refresh')).toEqual(rows.flatMap(([code, next]) => (/fresh token/.test(next ?? '') ? [code] : [])));
});

test('T2: the codes that it counts against the transport are those of docs/protocol.md', () => {
  const [, list = ''] = /counts ([\d, and]+) against the transport/.exec(section) ?? [];
  expect(codesOf('strike')).toEqual([...list.matchAll(/\d{4}/g)].map(([code]) => Number(code)));
});

test('a code of the chat that it does not know resumes; any other is counted against the transport', () => {
  expect([4002, 4402, 4499].map(closeMeaning)).toEqual(['resume', 'resume', 'resume']);
  expect([null, 1000, 1006, 3999, 4500].map(closeMeaning)).toEqual(Array.from({ length: 5 }, () => 'strike'));
});
