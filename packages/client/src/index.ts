export { reconnectDelayMs } from './backoff.ts';
export { type ChatClient, type ChatClientOptions, createChatClient } from './chat-client.ts';
export { canRepeat, isConnectionError, toChatError } from './chat-error.ts';
export { randomUuid } from './random-uuid.ts';
export type { ConnectionState, ConnectionView } from './stream-tracker.ts';
export type { TokenRejection } from './token-rejection-link.ts';
