import { describe } from 'vitest';
import type { Adapter } from '../serve-adapter.ts';
import { describeCalls } from './calls.suite.ts';
import { describeCleanup } from './cleanup.suite.ts';
import { describeConnection } from './connection.suite.ts';
import { describeStockClient } from './stock-client.suite.ts';
import { describeStopping } from './stopping.suite.ts';
import { describeStreams } from './streams.suite.ts';

/**
 * What a client sees of tRPC's protocol, frame by frame. It runs against tRPC's own adapter and against this package's,
 * with the same expectations.
 */
export function describeAdapter(adapter: Adapter): void {
  describe('calls', () => {
    describeCalls(adapter);
  });
  describe('a subscription', () => {
    describeStreams(adapter);
  });
  describe('stopping', () => {
    describeStopping(adapter);
  });
  describe('cleaning up', () => {
    describeCleanup(adapter);
  });
  describe('a connection', () => {
    describeConnection(adapter);
  });
  describe('a stock client', () => {
    describeStockClient(adapter);
  });
}
