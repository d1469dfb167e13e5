/** `ratePerSecond` calls on average, `burst` at once (A6). */
export type BucketRate = { ratePerSecond: number; burst: number };

/** Keys of one generation, some 5 MB of them; beyond, the next one begins early (A8). */
const maxGeneration = 50_000;

/**
 * Token buckets by key, for one rate. Of a bucket nothing is kept but the time at which it will be full again. Keys are
 * kept in two generations: those used since the last turn, and those of the turn before. What is not used for a whole
 * generation, in which every bucket fills, is forgotten; when there are too many, the quietest are forgotten earlier.
 */
export class TokenBuckets {
  readonly #tokenMs: number;
  readonly #fillMs: number;
  #recent = new Map<string, number>();
  #older = new Map<string, number>();
  #turnAt = 0;

  constructor({ ratePerSecond, burst }: BucketRate) {
    this.#tokenMs = 1000 / ratePerSecond;
    this.#fillMs = burst * this.#tokenMs;
  }

  /** Takes one token and gives 0; where there is none, takes nothing and gives the milliseconds until there is. */
  take(key: string, now: number): number {
    this.#turn(now);
    const known = this.#recent.get(key) ?? this.#older.get(key) ?? now;
    // A clock that was set back must not leave a bucket that fills in the far future.
    const fullAt = Math.min(Math.max(known, now), now + this.#fillMs);
    const waitMs = Math.ceil(fullAt + this.#tokenMs - this.#fillMs - now);
    this.#recent.set(key, waitMs > 0 ? fullAt : fullAt + this.#tokenMs);
    return Math.max(0, waitMs);
  }

  get size(): number {
    return this.#recent.size + this.#older.size;
  }

  #turn(now: number): void {
    if (now < this.#turnAt && this.#recent.size < maxGeneration) return;
    this.#turnAt = now + this.#fillMs;
    this.#older = this.#recent;
    this.#recent = new Map();
  }
}
