/** Beyond so many, older ones count half: the share follows what changes. */
const MEMORY = 5_000;
/** Bounds are so many standard deviations of a Poisson count away. */
const DEVIATIONS = 2;

/** How often something was so, of how many times that it could have been. */
export class CountedShare {
  seen = 0;
  /** The share, on the low side; 0 while too little was seen to say anything. */
  low = 0;
  /** The share, on the high side; 1 while nothing was seen. */
  high = 1;
  #times = 0;

  observe(is: boolean): void {
    this.seen++;
    if (is) this.#times++;
    if (this.seen > MEMORY) {
      this.seen /= 2;
      this.#times /= 2;
    }
    this.#reckon();
  }

  snapshot(): readonly number[] {
    return [this.seen, this.#times];
  }

  static restore([seen = 0, times = 0]: readonly number[] = []): CountedShare {
    const share = new CountedShare();
    share.seen = seen;
    share.#times = times;
    if (seen > 0) share.#reckon();
    return share;
  }

  /** It is asked more often than it changes. */
  #reckon(): void {
    const margin = DEVIATIONS * Math.sqrt(this.#times + 1);
    this.low = Math.max(this.#times - margin, 0) / this.seen;
    this.high = Math.min((this.#times + margin + 1) / this.seen, 1);
  }
}
