/** Counts of up to this many fit 16 bits. */
const LARGEST_SMALL = 0xffff;

/**
 * Rows of counts over a sliding window. The window is cut into slots; each row keeps the newest one and as many before it
 * as the window touches, so what happened is counted for at least a window and for less than a window and a slot. A slot is
 * named by its number since 1970.
 */
export class SlotRings {
  /** How many slots a window is long; it touches one more. */
  readonly slots: number;
  readonly #size: number;
  #cells: Uint16Array | Float64Array;
  #newest: Float64Array;
  #totals: Float64Array;
  /** The newest slot with anything in it that a row had to forget: a clock that is set back may ask for it again. */
  forgotten: number = Number.NEGATIVE_INFINITY;

  constructor(slots: number, rows: number) {
    this.slots = slots;
    this.#size = slots + 1;
    this.#cells = new Uint16Array(rows * this.#size);
    this.#newest = new Float64Array(rows);
    this.#totals = new Float64Array(rows);
  }

  get rows(): number {
    return this.#newest.length;
  }

  get bytes(): number {
    return this.#cells.byteLength + 16 * this.#newest.length;
  }

  /** What the row holds from slot `from` on. */
  countFrom(row: number, from: number): number {
    const newest = this.#newest[row] ?? 0;
    let count = this.#totals[row] ?? 0;
    const last = Math.min(from - 1, newest);
    for (let slot = newest - this.slots; slot <= last && count > 0; slot++)
      count -= this.#cells[this.#cell(row, slot)] ?? 0;
    return count;
  }

  /** The first slot after which at most `most` are left of what the row holds from `from` on. `most` is not negative. */
  slotLeaving(row: number, from: number, most: number): number {
    const newest = this.#newest[row] ?? 0;
    let count = this.countFrom(row, from);
    let slot = Math.max(from, newest - this.slots);
    for (; slot <= newest; slot++) {
      count -= this.#cells[this.#cell(row, slot)] ?? 0;
      if (count <= most) break;
    }
    return slot;
  }

  /** `slot` is not before what was added to the row last. */
  add(row: number, slot: number, amount: number): void {
    this.#turn(row, slot);
    const cell = this.#cell(row, slot);
    const sum = (this.#cells[cell] ?? 0) + amount;
    if (sum > LARGEST_SMALL && this.#cells instanceof Uint16Array) this.#cells = Float64Array.from(this.#cells);
    this.#cells[cell] = sum;
    this.#totals[row] = (this.#totals[row] ?? 0) + amount;
  }

  /** Takes back what was added in that slot, where the row still has it. */
  subtract(row: number, slot: number, amount: number): void {
    const newest = this.#newest[row] ?? 0;
    if (slot > newest || slot < newest - this.slots) return;
    const cell = this.#cell(row, slot);
    const held = this.#cells[cell] ?? 0;
    const taken = Math.min(held, amount);
    this.#cells[cell] = held - taken;
    this.#totals[row] = (this.#totals[row] ?? 0) - taken;
  }

  /** Does the row hold nothing from slot `from` on? */
  isEmpty(row: number, from: number): boolean {
    return (this.#totals[row] ?? 0) === 0 || (this.#newest[row] ?? 0) < from;
  }

  /** Makes the row another's; what it held is forgotten. */
  clear(row: number): void {
    if ((this.#totals[row] ?? 0) !== 0) this.forgotten = Math.max(this.forgotten, this.#newest[row] ?? 0);
    const start = row * this.#size;
    this.#cells.fill(0, start, start + this.#size);
    this.#totals[row] = 0;
    this.#newest[row] = 0;
  }

  /** The row of other rings with as many slots becomes this row. */
  copy(row: number, from: SlotRings, fromRow: number): void {
    if (from.#cells instanceof Float64Array && this.#cells instanceof Uint16Array) {
      this.#cells = Float64Array.from(this.#cells);
    }
    const start = fromRow * this.#size;
    this.#cells.set(from.#cells.subarray(start, start + this.#size), row * this.#size);
    this.#newest[row] = from.#newest[fromRow] ?? 0;
    this.#totals[row] = from.#totals[fromRow] ?? 0;
  }

  snapshot(): SlotRingsSnapshot {
    const { slots, forgotten } = this;
    return {
      slots,
      forgotten,
      cells: this.#cells.slice(),
      newest: this.#newest.slice(),
      totals: this.#totals.slice(),
    };
  }

  static restore({ slots, forgotten, cells, newest, totals }: SlotRingsSnapshot): SlotRings {
    const rings = new SlotRings(slots, 0);
    rings.forgotten = forgotten;
    rings.#cells = cells.slice();
    rings.#newest = newest.slice();
    rings.#totals = totals.slice();
    return rings;
  }

  #cell(row: number, slot: number): number {
    const place = slot % this.#size;
    return row * this.#size + (place < 0 ? place + this.#size : place);
  }

  /** Makes room for a newer slot. */
  #turn(row: number, slot: number): void {
    const newest = this.#newest[row] ?? 0;
    if (slot <= newest) return;
    if ((this.#totals[row] ?? 0) !== 0) {
      const last = Math.min(slot - this.#size, newest);
      for (let old = newest - this.slots; old <= last; old++) {
        const cell = this.#cell(row, old);
        const held = this.#cells[cell] ?? 0;
        if (held === 0) continue;
        this.#cells[cell] = 0;
        this.#totals[row] = (this.#totals[row] ?? 0) - held;
        if (old > this.forgotten) this.forgotten = old;
      }
    }
    this.#newest[row] = slot;
  }
}

export interface SlotRingsSnapshot {
  readonly slots: number;
  readonly forgotten: number;
  readonly cells: Uint16Array | Float64Array;
  readonly newest: Float64Array;
  readonly totals: Float64Array;
}
