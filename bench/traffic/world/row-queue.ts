import type { SimulatedRow } from "../traffic-row.ts";
import type { RowSink } from "./traffic-source.ts";

/** Rows that wait for their time: a binary heap, earliest first, and among equal times first in, first out. */
export class RowQueue implements RowSink {
  readonly #rows: SimulatedRow[] = [];
  readonly #orders: number[] = [];
  #pushed = 0;

  /** Infinity where there is none. */
  get nextAt(): number {
    return this.#rows[0]?.time ?? Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.#rows.length;
  }

  push(row: SimulatedRow): void {
    const order = this.#pushed;
    this.#pushed += 1;
    let at = this.#rows.length;
    this.#rows.push(row);
    this.#orders.push(order);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.#rows[parent];
      if (above === undefined || above.time <= row.time) break;
      this.#place(at, above, this.#orders[parent] ?? 0);
      at = parent;
    }
    this.#place(at, row, order);
  }

  pop(): SimulatedRow | undefined {
    const first = this.#rows[0];
    const row = this.#rows.pop();
    const order = this.#orders.pop();
    if (first === undefined || row === undefined || order === undefined || this.#rows.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child + 1 < this.#rows.length && this.#isBefore(child + 1, child)) child += 1;
      const below = this.#rows[child];
      const belowOrder = this.#orders[child] ?? 0;
      if (below === undefined || row.time < below.time || (row.time === below.time && order < belowOrder)) break;
      this.#place(at, below, belowOrder);
      at = child;
    }
    this.#place(at, row, order);
    return first;
  }

  #isBefore(one: number, other: number): boolean {
    const a = this.#rows[one]?.time ?? 0;
    const b = this.#rows[other]?.time ?? 0;
    return a < b || (a === b && (this.#orders[one] ?? 0) < (this.#orders[other] ?? 0));
  }

  #place(at: number, row: SimulatedRow, order: number): void {
    this.#rows[at] = row;
    this.#orders[at] = order;
  }
}
