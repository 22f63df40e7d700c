import { hashKey } from "./hash-key.ts";
import type { SessionNumber } from "./session-log.ts";

/** A day, counted from 1970-01-01 UTC. */
export type Day = number;

const DAY_MS = 86_400_000;
/** Bits of a slot's flags. */
const BANNED = 1;
const GROWTH_LOAD = 0.7;

/**
 * What is remembered of single numbers: their last session, and since when they count as verified. Open addressing over
 * typed arrays, 21 bytes a slot; grows to `largest` slots and then forgets the numbers that were never verified and, after
 * them, those that were verified longest ago.
 */
export class NumberTable {
  readonly #largest: number;
  #mask: number;
  #count = 0;
  #lines: Float64Array;
  #last: Uint32Array;
  /** Hours since 1970 of the first, days of the last completed verification; 0: never. */
  #firstHour: Uint32Array;
  #lastDay: Uint16Array;
  #flags: Uint8Array;

  constructor(largest: number, capacity = 16) {
    this.#largest = largest;
    this.#mask = capacity - 1;
    this.#lines = new Float64Array(capacity);
    this.#last = new Uint32Array(capacity);
    this.#firstHour = new Uint32Array(capacity);
    this.#lastDay = new Uint16Array(capacity);
    this.#flags = new Uint8Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  /** The number's slot, or −1. Slots move when the table grows: use it before the next `ensure`. */
  find(line: number): number {
    for (let slot = hashKey(line) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const held = this.#lines[slot];
      if (held === line) return slot;
      if (held === 0) return -1;
    }
  }

  ensure(line: number, tail: SessionNumber): number {
    const found = this.find(line);
    if (found !== -1) return found;
    if (this.#count >= (this.#mask + 1) * GROWTH_LOAD) this.#makeRoom(tail);
    let slot = hashKey(line) & this.#mask;
    while (this.#lines[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#lines[slot] = line;
    this.#count++;
    return slot;
  }

  lastSession(slot: number): SessionNumber {
    return this.#last[slot] ?? 0;
  }

  setLastSession(slot: number, session: SessionNumber): void {
    this.#last[slot] = session;
  }

  verify(slot: number, at: number): void {
    const hour = Math.floor(at / 3_600_000) + 1;
    const first = this.#firstHour[slot] ?? 0;
    if (first === 0 || hour < first) this.#firstHour[slot] = hour;
    this.#lastDay[slot] = Math.max(this.#lastDay[slot] ?? 0, Math.floor(at / DAY_MS));
  }

  /** Not trusted again, whatever is reported. */
  ban(slot: number): void {
    this.#flags[slot] = (this.#flags[slot] ?? 0) | BANNED;
  }

  /** Neither verified nor banned, as far as is known. */
  forget(slot: number): void {
    this.#firstHour[slot] = 0;
    this.#lastDay[slot] = 0;
    this.#flags[slot] = 0;
  }

  isVerified(slot: number): boolean {
    return this.#firstHour[slot] !== 0;
  }

  /** Verified at least `after` ago for the first time, and not longer ago than `expiry` for the last. */
  isTrusted(slot: number, at: number, after: number, expiry: number): boolean {
    const first = this.#firstHour[slot] ?? 0;
    if (first === 0 || ((this.#flags[slot] ?? 0) & BANNED) !== 0) return false;
    return at - first * 3_600_000 >= after && at - (this.#lastDay[slot] ?? 0) * DAY_MS <= expiry + DAY_MS;
  }

  /** Numbers verified in [from, from + size), for reckoning collateral. A walk over the table. */
  countVerified(from: number, size: number): number {
    let count = 0;
    for (let slot = 0; slot <= this.#mask; slot++) {
      const line = this.#lines[slot] ?? 0;
      if (line >= from && line < from + size && this.#firstHour[slot] !== 0) count++;
    }
    return count;
  }

  snapshot(): NumberTableSnapshot {
    return {
      count: this.#count,
      columns: [
        this.#lines.slice(),
        this.#last.slice(),
        this.#firstHour.slice(),
        this.#lastDay.slice(),
        this.#flags.slice(),
      ],
    };
  }

  static restore(snapshot: NumberTableSnapshot, largest: number): NumberTable {
    const [lines, last, firstHour, lastDay, flags] = snapshot.columns;
    const table = new NumberTable(largest, lines.length);
    table.#count = snapshot.count;
    table.#lines.set(lines);
    table.#last.set(last);
    table.#firstHour.set(firstHour);
    table.#lastDay.set(lastDay);
    table.#flags.set(flags);
    return table;
  }

  #makeRoom(tail: SessionNumber): void {
    const capacity = this.#mask + 1;
    // Numbers that were never verified and whose last session is forgotten say nothing any more.
    const worth = (slot: number): boolean =>
      this.#firstHour[slot] !== 0 || (this.#flags[slot] ?? 0) !== 0 || (this.#last[slot] ?? 0) >= tail;
    let kept = 0;
    for (let slot = 0; slot < capacity; slot++) if (this.#lines[slot] !== 0 && worth(slot)) kept++;
    if (kept < capacity * GROWTH_LOAD * 0.75) this.#rebuild(capacity, worth);
    else if (capacity < this.#largest) this.#rebuild(capacity * 2, worth);
    else {
      const isOldest = this.#oldestThird();
      this.#rebuild(capacity, (slot) => worth(slot) && !isOldest(slot));
    }
  }

  /** The third of the numbers that were verified longest ago. To be asked once for each slot. */
  #oldestThird(): (slot: number) => boolean {
    const days = this.#lastDay.filter((_, slot) => this.#lines[slot] !== 0).sort();
    const third = Math.floor(days.length / 3);
    const border: Day = days[third] ?? 0;
    // An import verifies all of them on one day: only so many of those.
    let ofBorder = third - days.indexOf(border);
    return (slot) => {
      const day = this.#lastDay[slot] ?? 0;
      return day < border || (day === border && ofBorder-- > 0);
    };
  }

  #rebuild(capacity: number, keep: (slot: number) => boolean): void {
    const larger = new NumberTable(this.#largest, capacity);
    for (let slot = 0; slot <= this.#mask; slot++) {
      const line = this.#lines[slot] ?? 0;
      if (line === 0 || !keep(slot)) continue;
      const target = larger.ensure(line, 0);
      larger.#last[target] = this.#last[slot] ?? 0;
      larger.#firstHour[target] = this.#firstHour[slot] ?? 0;
      larger.#lastDay[target] = this.#lastDay[slot] ?? 0;
      larger.#flags[target] = this.#flags[slot] ?? 0;
    }
    this.#mask = larger.#mask;
    this.#count = larger.#count;
    this.#lines = larger.#lines;
    this.#last = larger.#last;
    this.#firstHour = larger.#firstHour;
    this.#lastDay = larger.#lastDay;
    this.#flags = larger.#flags;
  }
}

export interface NumberTableSnapshot {
  readonly count: number;
  readonly columns: readonly [Float64Array, Uint32Array, Uint32Array, Uint16Array, Uint8Array];
}
