import type { TestProject } from 'vitest/node';
import { migrateDatabase } from '../migrate-database.ts';
import { startTestPostgres } from './start-test-postgres.ts';
import { templateDatabase } from './test-database.ts';

/**
 * One cluster a test run, with a migrated template from which `createTestDatabase` makes its databases. Nothing here
 * has to survive a power cut, so it does not wait for the disk.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startTestPostgres({
    database: templateDatabase,
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '300', log_min_messages: 'fatal' },
  });
  try {
    await migrateDatabase({ url: cluster.url });
  } catch (error) {
    await cluster.close();
    throw error;
  }
  project.provide('folkmootTestClusterUrl', cluster.url);
  return () => cluster.close();
}
