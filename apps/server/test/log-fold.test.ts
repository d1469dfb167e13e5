import { expect, it, vi } from 'vitest';
import { expectFoldsToAgree } from './fold-property.ts';
import { startTestServer } from './start-test-server.ts';

// What takes some seconds on an idle machine takes its time on a busy one.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

it('a page and the events after it make what a fresh page shows, over every transport and every reconnect (R3, R4, R5)', async () => {
  const rooms = Array.from({ length: 8 }, (_, run) => `run-${run}`);
  await using server = await startTestServer({ rooms, logLevel: 'warn' });
  await expectFoldsToAgree(server, rooms);
  const errorLevel = 50;
  expect(server.logged().filter(({ level }) => Number(level) >= errorLevel)).toEqual([]);
});
