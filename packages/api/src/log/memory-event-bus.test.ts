import { expect, test, vi } from 'vitest';
import type { ChatLogger } from '../chat-logger.ts';
import { describeEventBus } from './event-bus.suite.ts';
import { createMemoryEventBus } from './memory-event-bus.ts';

describeEventBus('memory', () => {
  const bus = createMemoryEventBus();
  return { nodes: [bus, bus] };
});

test('a fault of a listener of the memory bus is told to the operator (R10)', () => {
  const logger = { warn: vi.fn<ChatLogger['warn']>(), error: vi.fn<ChatLogger['error']>() };
  const bus = createMemoryEventBus(logger);
  bus.listen('main-chat', () => {
    throw new TypeError('no such thing');
  });
  bus.publish({ kind: 'log', room: 'main-chat', epoch: 'aaaaaaaaaaaa', head: 1 });
  expect(logger.error).toHaveBeenCalledExactlyOnceWith(
    { room: 'main-chat', reason: 'TypeError: no such thing' },
    expect.any(String),
  );
});
