/** Ends with the subscription. tRPC gives one to each; only a caller in the same process may come without. */
export function streamSignal(signal: AbortSignal | undefined): AbortSignal {
  return signal ?? new AbortController().signal;
}
