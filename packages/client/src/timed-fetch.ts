/** A call without an answer for so long counts as lost (T3). */
const answerTimeoutMs = 30_000;

/** `fetch` for calls, which gives up on a peer that is gone; a `send` may be repeated then (S2). */
export function timedFetch(input: RequestInfo | URL, init: TimedInit = {}): Promise<Response> {
  const { signal, ...rest } = init;
  const timeout = AbortSignal.timeout(answerTimeoutMs);
  return fetch(input, { ...rest, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
}

type TimedInit = Omit<RequestInit, 'signal'> & { signal?: AbortSignal | null | undefined };
