/** What is imported along with `applyWSSHandler`, from the same place. */
export type { CreateWSSContextFn, CreateWSSContextFnOptions } from '@trpc/server/adapters/ws';
export {
  applyWSSHandler,
  getWSConnectionHandler,
  type WSSHandler,
  type WSSHandlerOptions,
} from './apply-wss-handler.ts';
export { addressKey } from './address-key.ts';
export { closeCodes, closeCodeRanges, closeWith, type CloseReason } from './close-codes.ts';
export type { FanoutBatch, FanoutSource, FanoutSubscription } from './fanout-source.ts';
export { scheduleWithTimers, type Schedule } from './schedule.ts';
export { createSocketQuota, type SocketQuota } from './socket-quota.ts';
export {
  createWebSocketHandler,
  type Connection,
  type ConnectionContextOptions,
  type WebSocketHandler,
  type WebSocketHandlerOptions,
} from './web-socket-handler.ts';
export { webSocketLimits } from './web-socket-limits.ts';
