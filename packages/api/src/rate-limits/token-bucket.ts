/** `ratePerSecond` calls on average, `burst` at once (A6). */
export type BucketRate = { ratePerSecond: number; burst: number };

type Bucket = { tokens: number; at: number };

/** Buckets kept at most, some 10 MB; beyond, whoever has been quiet longest starts with a full one again (A8). */
const maxBuckets = 100_000;

/** Token buckets by key, for one rate. Full buckets are forgotten, so memory follows those who are active. */
export class TokenBuckets {
  readonly #rate: BucketRate;
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = 0;

  constructor(rate: BucketRate) {
    this.#rate = rate;
  }

  /** Takes one token and gives 0; where there is none, takes nothing and gives the milliseconds until there is. */
  take(key: string, now: number): number {
    this.#sweep(now);
    const { burst, ratePerSecond } = this.#rate;
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    // In order of their last use, so that the first one is the quietest.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const [quietest] = this.#buckets.keys();
    if (this.#buckets.size > maxBuckets && quietest !== undefined) this.#buckets.delete(quietest);
    bucket.tokens = this.#tokensAt(bucket, now);
    bucket.at = now;
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / ratePerSecond) * 1000);
    bucket.tokens -= 1;
    return 0;
  }

  get size(): number {
    return this.#buckets.size;
  }

  #tokensAt(bucket: Bucket, now: number): number {
    const elapsedMs = Math.max(0, now - bucket.at);
    return Math.min(this.#rate.burst, bucket.tokens + (elapsedMs / 1000) * this.#rate.ratePerSecond);
  }

  #sweep(now: number): void {
    if (now < this.#sweepAt) return;
    this.#sweepAt = now + 60_000;
    for (const [key, bucket] of this.#buckets) {
      if (this.#tokensAt(bucket, now) >= this.#rate.burst) this.#buckets.delete(key);
    }
  }
}
