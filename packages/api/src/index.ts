export type { ChatLogger } from './chat-logger.ts';
export type { ChatRouterOptions, HostTrpc } from './chat-procedures.ts';
export { createChatRouter } from './chat-router.ts';
export { type ChatServices, type ChatServicesOptions, createChatServices } from './chat-services.ts';
export { type Clock, systemClock } from './clock.ts';
export { chatErrorShape } from './errors/chat-error-shape.ts';
export { describeError } from './errors/describe-error.ts';
export { DomainError } from './errors/domain-error.ts';
export { createFolkmootRouter, type FolkmootRouter, type FolkmootRouterOptions } from './folkmoot-router.ts';
export type { Identity } from './identity.ts';
export {
  createRoomImport,
  type PastWrite,
  type RoomImport,
  RoomImportError,
  type RoomImportOptions,
} from './import/room-import.ts';
export type { BusHint } from './log/bus-hint.ts';
export type { EventBus } from './log/event-bus.ts';
export { createMemoryEventBus } from './log/memory-event-bus.ts';
export { createPostgresEventBus, type PostgresEventBusOptions } from './log/postgres-event-bus.ts';
export { createRedisEventBus, type RedisEventBusOptions } from './log/redis-event-bus.ts';
export type { RateLimiter } from './rate-limits/rate-limiter.ts';
export { createRedisRateLimiter, type RedisRateLimiterOptions } from './rate-limits/redis-rate-limiter.ts';
export { parseRedisUrl } from './redis/redis-url.ts';
export { chatSse } from './transport/chat-sse.ts';
export { chatTransformer } from './transport/chat-transformer.ts';
export { type AuthRouterOptions, createAuthRouter } from './users/auth-router.ts';
export type { GuestTokens } from './users/guest-login.ts';
