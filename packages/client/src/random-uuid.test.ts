import { expect, test } from 'vitest';
import { randomUuid } from './random-uuid.ts';

const version4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('a page on plain http, without crypto.randomUUID, gets a version 4 UUID too', () => {
  const plainHttp: Pick<Crypto, 'getRandomValues'> = { getRandomValues: (bytes) => crypto.getRandomValues(bytes) };
  const ids = Array.from({ length: 200 }, () => randomUuid(plainHttp));
  for (const id of ids) expect(id).toMatch(version4);
  expect(new Set(ids).size).toBe(200);
  expect(randomUuid()).toMatch(version4);
});
