import { it } from 'vitest';
import { expectFoldsToAgree } from './fold-property.ts';
import { startTestServer } from './start-test-server.ts';

it('a page and the events after it make what a fresh page shows, in many more interleavings (R3, R4, R5)', async () => {
  const rooms = Array.from({ length: 80 }, (_, run) => `run-${run}`);
  await using server = await startTestServer({ rooms, logLevel: 'warn' });
  await expectFoldsToAgree(server, rooms);
});
