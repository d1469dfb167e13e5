import { initTRPC } from '@trpc/server';

const t = initTRPC.create({ isDev: false });

export const { router: define, procedure } = t;

// Observables are on their way out, and still served.
export const subscribeTo = (resolve: () => unknown) => procedure.subscription(resolve as () => AsyncIterable<number>);

export const started = (id: number | string) => JSON.stringify({ id, result: { type: 'started' } });
export const stopped = (id: number | string) => JSON.stringify({ id, result: { type: 'stopped' } });
export const data = (id: number | string, value: unknown) =>
  JSON.stringify({ id, result: { type: 'data', data: value } });
export const failure = (
  id: number,
  message: string,
  rest: { code?: string; number?: number; status?: number } = {},
) => {
  const { code = 'INTERNAL_SERVER_ERROR', number = -32603, status = 500 } = rest;
  return JSON.stringify({ id, error: { message, code: number, data: { code, httpStatus: status, path: 's' } } });
};

export async function aborted(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal?.aborted) resolve();
    else signal?.addEventListener('abort', () => resolve());
  });
}
