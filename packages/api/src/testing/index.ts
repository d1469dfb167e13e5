export { buildMessage } from './build-message.ts';
export { createTestApi, type TestApi, type TestApiOptions, type TestContext } from './create-test-api.ts';
export { createFakeClock, type FakeClock } from './fake-clock.ts';
export { type FollowedRoom, followRoom } from './follow-room.ts';
export { createLossyEventBus, type LossyEventBus } from './lossy-event-bus.ts';
export { createMemoryLog, type MemoryLog } from './memory-log.ts';
export { person } from './people.ts';
export { type ReadStream, readStream } from './read-stream.ts';
export { takeEvents } from './take-events.ts';
