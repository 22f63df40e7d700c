const PRUNE_AT_LEAST = 20_000;

/** How many events there were in the last `length` milliseconds: exact. Events come nearly in the order of time. */
export class RollingCount {
  readonly #length: number;
  readonly #times: number[] = [];
  #gone = 0;

  constructor(length: number) {
    this.#length = length;
  }

  add(at: number): void {
    let place = this.#times.push(at) - 1;
    for (let before = this.#times[place - 1]; before !== undefined && before > at && place > this.#gone; ) {
      this.#times[place] = before;
      place -= 1;
      before = this.#times[place - 1];
    }
    this.#times[place] = at;
  }

  /** Events after `now - length`. `now` never falls. */
  at(now: number): number {
    const times = this.#times;
    while (this.#gone < times.length && (times[this.#gone] ?? 0) <= now - this.#length) this.#gone += 1;
    if (this.#gone > 64 && this.#gone * 2 > times.length) {
      times.splice(0, this.#gone);
      this.#gone = 0;
    }
    return times.length - this.#gone;
  }
}

/** A rolling count for each key; keys without events are forgotten in time. */
export class RollingCounts {
  readonly #length: number;
  readonly #counts: Map<string, RollingCount> = new Map();
  #pruneAt = PRUNE_AT_LEAST;

  constructor(length: number) {
    this.#length = length;
  }

  add(key: string, at: number): void {
    let count = this.#counts.get(key);
    if (count === undefined) {
      if (this.#counts.size >= this.#pruneAt) this.#prune(at);
      count = new RollingCount(this.#length);
      this.#counts.set(key, count);
    }
    count.add(at);
  }

  at(key: string, now: number): number {
    return this.#counts.get(key)?.at(now) ?? 0;
  }

  #prune(now: number): void {
    for (const [key, count] of this.#counts) if (count.at(now) === 0) this.#counts.delete(key);
    this.#pruneAt = Math.max(PRUNE_AT_LEAST, this.#counts.size * 2);
  }
}
