import { applyWSSHandler as applyTrpcHandler } from '@trpc/server/adapters/ws';
import { describe } from 'vitest';
import { describeAdapter } from '../test/conformance/ws-adapter.suite.ts';
import { applyWSSHandler } from './apply-wss-handler.ts';

describe("tRPC's own adapter", () => {
  describeAdapter(applyTrpcHandler);
});
describe('this adapter', () => {
  describeAdapter(applyWSSHandler);
});
