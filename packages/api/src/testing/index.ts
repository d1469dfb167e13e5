export { createTestApi, type TestApi, type TestContext } from './create-test-api.ts';
export { createFakeClock, type FakeClock } from './fake-clock.ts';
export { person } from './people.ts';
export { takeEvents } from './take-events.ts';
