import type { FetchLike, FetchLikeResponse } from 'eventsource';
import type { Backoff } from './backoff.ts';

// After the end of a stream EventSource asks again at once; how long to wait is decided here (T6).
const retryAtOnce = 'retry: 1\n\n';

export type EventStreamFetchOptions = {
  fetch: typeof globalThis.fetch;
  /** Asked before every request, so that a reconnect brings a fresh token (A3). */
  authorization: () => Promise<Record<string, string>>;
  backoff: Backoff;
};

/**
 * The `fetch` of one EventSource. EventSource alone would reconnect every three seconds, give up for good at the first
 * 502 of a proxy and hide why the server refused; this one sends the token in a header, tries again with growing,
 * jittered delays, and hands a typed refusal on as the stream's own error event.
 */
export function createEventStreamFetch(options: EventStreamFetchOptions): FetchLike {
  let isFirst = true;

  return async (url, init) => {
    const signal = init.signal instanceof AbortSignal ? init.signal : undefined;
    for (;;) {
      if (!isFirst) await delay(options.backoff.nextDelayMs(), signal);
      isFirst = false;
      const answer = await attempt(url, init, options);
      signal?.throwIfAborted();
      if (answer) return answer;
    }
  };
}

/** Undefined when it is worth another try. */
async function attempt(
  url: string | URL,
  init: Parameters<FetchLike>[1],
  options: EventStreamFetchOptions,
): Promise<FetchLikeResponse | undefined> {
  try {
    const headers = { ...init.headers, ...(await options.authorization()) };
    const response = await options.fetch(url, { ...init, headers });
    if (response.ok && response.body) return eventStream(response, response.body);
    return await refusal(response);
  } catch {
    return undefined;
  }
}

function eventStream(response: Response, body: ReadableStream<Uint8Array<ArrayBuffer>>): FetchLikeResponse {
  const { url, status, redirected, headers } = response;
  const start = new TextEncoder().encode(retryAtOnce);
  const prefixed = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      start(controller) {
        controller.enqueue(start);
      },
    }),
  );
  return { url, status, redirected, headers, body: prefixed };
}

async function refusal(response: Response): Promise<FetchLikeResponse | undefined> {
  if (response.status >= 500 || [408, 425, 429].includes(response.status)) {
    await response.body?.cancel();
    return undefined;
  }
  const answer: unknown = await response.json();
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return undefined;
  // The form in which tRPC's streams carry an error, and in which its link reads one.
  const event = `${retryAtOnce}event: serialized-error\ndata: ${JSON.stringify(answer.error)}\n\n`;
  const { url, redirected } = response;
  const headers = new Headers({ 'content-type': 'text/event-stream' });
  return { url, status: 200, redirected, headers, body: new Blob([event]).stream() };
}

function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new DOMException('Aborted', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}
