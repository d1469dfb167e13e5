export { findFreePort } from '../embedded/find-free-port.ts';
export { choosePostgresUser } from '../embedded/postgres-user.ts';
export * from './require-tool.ts';
export * from './start-fault-proxy.ts';
export * from './start-test-postgres.ts';
export * from './test-database.ts';
