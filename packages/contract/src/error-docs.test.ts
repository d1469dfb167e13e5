import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCatalogue } from './error-catalogue.ts';

const httpStatus = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  TOO_MANY_REQUESTS: 429,
  INTERNAL_SERVER_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
};

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const rows = Array.from(
  page.matchAll(/^\| `(\w+)` \| `(\w+)` \| (\d+) \| `([\w-]+)` \| (.+) \|$/gm),
  ([, ...cells]) => cells,
);

test('docs/errors.md lists the catalogue, code by code and in its order (S7)', () => {
  const catalogue = Object.entries(errorCatalogue).map(([code, { trpc, retryable }]) => [
    code,
    trpc,
    String(httpStatus[trpc]),
    retryable,
  ]);
  expect(rows.map((cells) => cells.slice(0, 4))).toEqual(catalogue);
});

test('no row of docs/errors.md escapes the comparison', () => {
  const table = page.split('\n').filter((line) => line.startsWith('|'));
  expect(rows).toHaveLength(table.length - 2);
});

test('docs/errors.md says of every code what to do', () => {
  for (const cells of rows) expect(cells[4], cells[0]).toMatch(/^[A-Z].{20,}\.$/);
});
