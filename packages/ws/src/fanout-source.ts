/**
 * What many subscribers share: values that are the same for all of them, each read from a place of its own.
 *
 * A subscription procedure that returns one is not iterated by this package. The adapter keeps a subscription for each
 * subscriber, encodes each batch once, and copies its bytes behind every request id. To any other transport the same
 * object is an ordinary async iterable of the same values.
 *
 * @example
 * const source: FanoutSource<TrackedEnvelope<News>> = {
 *   subscribeFanout: (wake) => room.subscribe(place, wake),
 *   [Symbol.asyncIterator]: () => iterate(room, place),
 * };
 */
export interface FanoutSource<Value = unknown> extends AsyncIterable<Value> {
  /**
   * Opens one subscription. The adapter asks it once by itself; after that only when `wake` was called, at most once a
   * turn of the event loop however often it was.
   */
  subscribeFanout(wake: () => void): FanoutSubscription<Value>;
}

/**
 * Values that follow each other, as one array for everyone at the same place: identity is what their bytes are
 * remembered by, so hand out the same array, and the same value objects, to each.
 */
export type FanoutBatch<Value = unknown> = readonly Value[];

/** One subscriber's place in what many share. */
export type FanoutSubscription<Value = unknown> = {
  /**
   * The values after this subscriber's place, which moves behind them. Empty where there are none for now; undefined
   * at the end of the stream; a promise where they have to be fetched. Where there is more than one batch should hold,
   * call `wake` again. What it throws ends the subscription with that error.
   */
  next(): FanoutBatch<Value> | undefined | Promise<FanoutBatch<Value> | undefined>;
  /** The subscriber has gone. Called once. */
  close(): void;
};

export function isFanoutSource(value: unknown): value is FanoutSource {
  return (
    typeof value === 'object' &&
    value !== null &&
    'subscribeFanout' in value &&
    typeof value.subscribeFanout === 'function'
  );
}
