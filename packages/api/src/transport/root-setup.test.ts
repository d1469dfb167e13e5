import { initTRPC } from '@trpc/server';
import superjson from 'superjson';
import { expect, test } from 'vitest';
import { createChatRouter } from '../chat-router.ts';
import { chatErrorShape } from '../errors/chat-error-shape.ts';
import { createTestApi } from '../testing/index.ts';
import { createAuthRouter } from '../users/auth-router.ts';
import { chatTransformer } from './chat-transformer.ts';
import { requireRootSetup } from './root-setup.ts';

const json = { serialize: (value: unknown): unknown => value, deserialize: (value: unknown): unknown => value };
const lossy = {
  serialize: (value: unknown) => JSON.stringify(value),
  deserialize: (value: string): unknown => JSON.parse(value),
};

test.for([
  ['does nothing, as where none is given', json],
  ['makes strings of Dates', lossy],
] as const)(
  'a root whose transformer %s is refused at start with a sentence that says what to add',
  ([, transformer]) => {
    const t = initTRPC.create({ transformer, errorFormatter: (options) => chatErrorShape(options) });
    expect(() => requireRootSetup(t)).toThrow(
      /needs a tRPC transformer that keeps Dates.*transformer: chatTransformer/,
    );
  },
);

test('a root without our error data is refused at start with a sentence that says what to add (S7)', () => {
  const t = initTRPC.create({ transformer: superjson });
  expect(() => requireRootSetup(t)).toThrow(/needs its error data in the error formatter.*chatErrorShape\(options\)/);
});

test('plain superjson and a combined transformer are both fine, and a formatter may do more than ours', () => {
  for (const transformer of [superjson, chatTransformer]) {
    const t = initTRPC.create({
      transformer,
      errorFormatter: (options) => {
        const shape = chatErrorShape(options);
        return { ...shape, data: { ...shape.data, traceId: 'x' } };
      },
    });
    expect(() => requireRootSetup(t)).not.toThrow();
  }
});

test('both routers check the root that they are made on, before anybody calls', async () => {
  await using api = await createTestApi();
  const options = { t: initTRPC.create({ transformer: superjson }), services: api.services, authenticate: () => null };
  expect(() => createChatRouter(options)).toThrow('Folkmoot needs its error data');
  expect(() => createAuthRouter(options)).toThrow('Folkmoot needs its error data');
});
