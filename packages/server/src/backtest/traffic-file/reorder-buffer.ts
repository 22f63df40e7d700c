import type { TrafficRow } from "./traffic-row.ts";

/**
 * Puts rows in order of time that come in at most `reach` rows late: the earliest of the last `reach` rows can go on when
 * another one comes. Rows of equal time keep the order of the file. A binary heap.
 */
export class ReorderBuffer {
  readonly #reach: number;
  readonly #rows: TrafficRow[] = [];

  constructor(reach: number) {
    this.#reach = reach;
  }

  /** Takes a row in, and gives the earliest one when it is certain that none before it is to come. */
  push(row: TrafficRow): TrafficRow | undefined {
    const rows = this.#rows;
    let at = rows.length;
    rows.push(row);
    while (at > 0) {
      const above = (at - 1) >>> 1;
      const parent = rows[above] as TrafficRow;
      if (!isBefore(row, parent)) break;
      rows[at] = parent;
      at = above;
    }
    rows[at] = row;
    return rows.length > this.#reach ? this.pop() : undefined;
  }

  /** The earliest row; undefined: none is left. */
  pop(): TrafficRow | undefined {
    const rows = this.#rows;
    const first = rows[0];
    const last = rows.pop();
    if (last === undefined || rows.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= rows.length) break;
      if (below + 1 < rows.length && isBefore(rows[below + 1] as TrafficRow, rows[below] as TrafficRow)) below += 1;
      const child = rows[below] as TrafficRow;
      if (!isBefore(child, last)) break;
      rows[at] = child;
      at = below;
    }
    rows[at] = last;
    return first;
  }
}

function isBefore(a: TrafficRow, b: TrafficRow): boolean {
  return a.time < b.time || (a.time === b.time && a.position < b.position);
}
