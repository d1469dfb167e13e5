import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { closeCodes } from './close-codes.ts';

const protocol = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');

test('docs/protocol.md has every close code with its reason and what to do next, and no other', () => {
  const section = protocol.split('## Close codes')[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| (\d{4}) \| (.+) \| (.+) \|$/gm)].map(([, code, reason, next]) => ({
    code: Number(code),
    reason,
    next,
  }));
  expect(rows).toEqual(Object.values(closeCodes));
});
