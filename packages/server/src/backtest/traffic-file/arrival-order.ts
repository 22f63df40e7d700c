/** How far the rows of a file are from the order of their times. */
export type TrafficOrder =
  /** No row is earlier than one before it. */
  | { readonly kind: "sorted" }
  /** Some are, by at most `displacement` rows: they are put in order in memory, while the file is read. */
  | { readonly kind: "nearly_sorted"; readonly late: number; readonly displacement: number }
  /** They are sorted as a whole, in scratch files where they are many. */
  | { readonly kind: "unsorted"; readonly late: number; readonly displacement: number };

/** Finds out in one pass how far rows are from their order, without keeping them. */
export class ArrivalOrder {
  #count = 0;
  #latest = Number.NEGATIVE_INFINITY;
  /** Rows that are earlier than one before them. */
  #late = 0;
  #displacement = 0;
  /** The latest time among the first n × {@link STEP} rows, for n = 1, 2, … */
  readonly #latestAt: number[] = [];

  add(time: number): void {
    if (time < this.#latest) {
      this.#late += 1;
      const displacement = this.#count - this.#firstLaterThan(time);
      if (displacement > this.#displacement) this.#displacement = displacement;
    } else {
      this.#latest = time;
    }
    this.#count += 1;
    if (this.#count % STEP === 0) this.#latestAt.push(this.#latest);
  }

  /** `reach`: how far a row may be displaced for the file to count as nearly sorted. */
  order(reach: number): TrafficOrder {
    const late = this.#late;
    const displacement = this.#displacement;
    if (late === 0) return { kind: "sorted" };
    return { kind: displacement <= reach ? "nearly_sorted" : "unsorted", late, displacement };
  }

  /** No row before this one is later than `time`; exact to {@link STEP} rows, on the safe side. */
  #firstLaterThan(time: number): number {
    let low = 0;
    let high = this.#latestAt.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#latestAt[middle] as number) > time) high = middle;
      else low = middle + 1;
    }
    return low * STEP;
  }
}

const STEP = 1024;
