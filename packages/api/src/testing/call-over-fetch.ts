import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import superjson from 'superjson';
import type { FolkmootRouter } from '../folkmoot-router.ts';
import type { TestContext } from './create-test-api.ts';

export type WireAnswer = {
  status: number;
  text: string;
  /** One for each call of a batch. `error` as a client finds it, with superjson undone. */
  answers: { data?: unknown; error?: WireError }[];
};
export type WireError = { message: string; code: number; data: Record<string, unknown> };

/** The router as tRPC's own HTTP adapter serves it, without a network: what is asked for is sent as it is. */
export async function callOverFetch(
  router: FolkmootRouter,
  ctx: TestContext,
  request: { path: string; method?: 'GET' | 'POST'; input?: unknown; body?: string; batch?: boolean },
): Promise<WireAnswer> {
  const { path, method = 'GET', input, body, batch = false } = request;
  const query = new URLSearchParams(batch ? { batch: '1' } : {});
  if (method === 'GET' && input !== undefined) query.set('input', JSON.stringify(input));
  const response = await fetchRequestHandler({
    endpoint: '/trpc',
    req: new Request(`http://localhost/trpc/${path}?${query.toString()}`, {
      method,
      ...(method === 'POST' && {
        body: body ?? JSON.stringify(input),
        headers: { 'content-type': 'application/json' },
      }),
    }),
    router,
    createContext: () => ctx,
  });
  const text = await response.text();
  return { status: response.status, text, answers: readAnswers(text) };
}

function readAnswers(text: string): WireAnswer['answers'] {
  const parsed: unknown = JSON.parse(text);
  return (Array.isArray(parsed) ? parsed : [parsed]).map((answer: { error?: never; result?: { data: never } }) => {
    if (answer.error) return { error: superjson.deserialize<WireError>(answer.error) };
    return { data: answer.result && superjson.deserialize(answer.result.data) };
  });
}
