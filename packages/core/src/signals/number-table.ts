import { hashKey } from "./hash-key.ts";
import type { SessionNumber } from "./session-log.ts";

/** A day, counted from 1970-01-01 UTC. */
export type Day = number;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Bits of {@link FLAGS}. */
const BANNED = 1;
const GROWTH_LOAD = 0.7;

/**
 * One record a number, so that what is asked of one lies together in memory: words of 32 bits, of which the first two are
 * the number itself. An even number of them.
 */
const LAST = 2;
/** Hours since 1970 of the first, days of the last completed verification; 0: never. */
const FIRST_MINUTE = 3;
const LAST_DAY = 4;
const FLAGS = 5;
const WORDS = 6;
const PAIRS = WORDS / 2;

/**
 * What is remembered of single numbers: their last session, and since when they count as verified. Open addressing over
 * typed arrays, 24 bytes a slot; grows to `largest` slots and then forgets the numbers that were never verified and, after
 * them, those that were verified longest ago.
 */
export class NumberTable {
  readonly #largest: number;
  #mask: number;
  #count = 0;
  /** The same records twice; a number that is 0 stands for none. */
  #records: Uint32Array;
  #lines: Float64Array;

  constructor(largest: number, capacity = 16) {
    this.#largest = largest;
    this.#mask = capacity - 1;
    this.#records = new Uint32Array(capacity * WORDS);
    this.#lines = new Float64Array(this.#records.buffer);
  }

  get count(): number {
    return this.#count;
  }

  /** The number's slot, or −1. Slots move when the table grows: use it before the next `ensure`. */
  find(line: number): number {
    for (let slot = hashKey(line) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const held = this.#lineAt(slot);
      if (held === line) return slot;
      if (held === 0) return -1;
    }
  }

  ensure(line: number, tail: SessionNumber): number {
    const found = this.find(line);
    if (found !== -1) return found;
    if (this.#count >= (this.#mask + 1) * GROWTH_LOAD) this.#makeRoom(tail);
    let slot = hashKey(line) & this.#mask;
    while (this.#lineAt(slot) !== 0) slot = (slot + 1) & this.#mask;
    this.#lines[slot * PAIRS] = line;
    this.#count++;
    return slot;
  }

  lastSession(slot: number): SessionNumber {
    return this.#word(slot, LAST);
  }

  setLastSession(slot: number, session: SessionNumber): void {
    this.#records[slot * WORDS + LAST] = session;
  }

  verify(slot: number, at: number): void {
    const minute = Math.floor(at / MINUTE_MS) + 1;
    const first = this.#word(slot, FIRST_MINUTE);
    if (first === 0 || minute < first) this.#records[slot * WORDS + FIRST_MINUTE] = minute;
    this.#records[slot * WORDS + LAST_DAY] = Math.max(this.#word(slot, LAST_DAY), Math.floor(at / DAY_MS));
  }

  /** Not trusted again, whatever is reported. */
  ban(slot: number): void {
    this.#records[slot * WORDS + FLAGS] = this.#word(slot, FLAGS) | BANNED;
  }

  /** Neither verified nor banned, as far as is known. */
  forget(slot: number): void {
    this.#records.fill(0, slot * WORDS + FIRST_MINUTE, slot * WORDS + WORDS);
  }

  /** What is remembered of one number is remembered of another from now on; what was of that one is forgotten. */
  rename(line: number, other: number, tail: SessionNumber): void {
    const slot = this.find(line);
    if (slot === -1) return;
    const kept = this.#records.slice(slot * WORDS + LAST, slot * WORDS + WORDS);
    this.#remove(slot);
    this.#records.set(kept, this.ensure(other, tail) * WORDS + LAST);
  }

  isVerified(slot: number): boolean {
    return this.#word(slot, FIRST_MINUTE) !== 0;
  }

  /** To the minute of the first and the day of the last; undefined: never, nor banned. */
  verifiedAt(
    slot: number,
  ): { readonly firstAt: number; readonly lastAt: number; readonly banned: boolean } | undefined {
    const minute = this.#word(slot, FIRST_MINUTE);
    const banned = (this.#word(slot, FLAGS) & BANNED) !== 0;
    if (minute === 0 && !banned) return undefined;
    return { firstAt: Math.max(minute - 1, 0) * MINUTE_MS, lastAt: this.#word(slot, LAST_DAY) * DAY_MS, banned };
  }

  /** Verified at least `after` ago for the first time, and not longer ago than `expiry` for the last. */
  isTrusted(slot: number, at: number, after: number, expiry: number): boolean {
    const first = this.#word(slot, FIRST_MINUTE);
    if (first === 0 || (this.#word(slot, FLAGS) & BANNED) !== 0) return false;
    return at - first * MINUTE_MS >= after && at - this.#word(slot, LAST_DAY) * DAY_MS <= expiry + DAY_MS;
  }

  /** Numbers verified in [from, from + size), for reckoning collateral. A walk over the table. */
  countVerified(from: number, size: number): number {
    let count = 0;
    for (let slot = 0; slot <= this.#mask; slot++) {
      const line = this.#lineAt(slot);
      if (line >= from && line < from + size && this.isVerified(slot)) count++;
    }
    return count;
  }

  /** Numbers that were ever verified, or are banned. Not to be changed meanwhile. */
  *known(): Generator<KnownNumber> {
    for (let slot = 0; slot <= this.#mask; slot++) {
      const minute = this.#word(slot, FIRST_MINUTE);
      const banned = (this.#word(slot, FLAGS) & BANNED) !== 0;
      if (minute === 0 && !banned) continue;
      const firstAt = minute === 0 ? undefined : (minute - 1) * MINUTE_MS;
      const lastAt = this.#word(slot, LAST_DAY) * DAY_MS;
      yield { line: this.#lineAt(slot), firstAt, lastAt, banned, wasSeen: this.lastSession(slot) !== 0 };
    }
  }

  snapshot(): NumberTableSnapshot {
    return { count: this.#count, records: this.#records.slice() };
  }

  static restore({ count, records }: NumberTableSnapshot, largest: number): NumberTable {
    const table = new NumberTable(largest, records.length / WORDS);
    table.#count = count;
    table.#records.set(records);
    return table;
  }

  #lineAt(slot: number): number {
    return this.#lines[slot * PAIRS] ?? 0;
  }

  #word(slot: number, word: number): number {
    return this.#records[slot * WORDS + word] ?? 0;
  }

  /** Those behind it move up, so that none of them is looked for beyond an empty slot. */
  #remove(slot: number): void {
    const mask = this.#mask;
    let hole = slot;
    for (let next = (slot + 1) & mask; this.#lineAt(next) !== 0; next = (next + 1) & mask) {
      const home = hashKey(this.#lineAt(next)) & mask;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      this.#records.copyWithin(hole * WORDS, next * WORDS, next * WORDS + WORDS);
      hole = next;
    }
    this.#records.fill(0, hole * WORDS, hole * WORDS + WORDS);
    this.#count--;
  }

  #makeRoom(tail: SessionNumber): void {
    const capacity = this.#mask + 1;
    // Numbers that were never verified and whose last session is forgotten say nothing any more.
    const worth = (slot: number): boolean =>
      this.isVerified(slot) || this.#word(slot, FLAGS) !== 0 || this.lastSession(slot) >= tail;
    let kept = 0;
    for (let slot = 0; slot < capacity; slot++) if (this.#lineAt(slot) !== 0 && worth(slot)) kept++;
    if (kept < capacity * GROWTH_LOAD * 0.75) this.#rebuild(capacity, worth);
    else if (capacity < this.#largest) this.#rebuild(capacity * 2, worth);
    else {
      const isOldest = this.#oldestThird();
      this.#rebuild(capacity, (slot) => worth(slot) && !isOldest(slot));
    }
  }

  /** The third of the numbers that were verified longest ago. To be asked once for each slot. */
  #oldestThird(): (slot: number) => boolean {
    const days = this.#lastDays();
    const third = Math.floor(days.length / 3);
    const border: Day = days[third] ?? 0;
    // An import verifies all of them on one day: only so many of those.
    let ofBorder = third - days.indexOf(border);
    return (slot) => {
      const day = this.#word(slot, LAST_DAY);
      return day < border || (day === border && ofBorder-- > 0);
    };
  }

  #rebuild(capacity: number, keep: (slot: number) => boolean): void {
    const larger = new NumberTable(this.#largest, capacity);
    for (let slot = 0; slot <= this.#mask; slot++) {
      const line = this.#lineAt(slot);
      if (line === 0 || !keep(slot)) continue;
      const target = larger.ensure(line, 0);
      for (let word = LAST; word < WORDS; word++) larger.#records[target * WORDS + word] = this.#word(slot, word);
    }
    this.#mask = larger.#mask;
    this.#count = larger.#count;
    this.#records = larger.#records;
    this.#lines = larger.#lines;
  }

  /** The days of all numbers' last verifications, sorted. */
  #lastDays(): Uint16Array {
    const days = new Uint16Array(this.#count);
    let count = 0;
    for (let slot = 0; slot <= this.#mask; slot++) {
      if (this.#lineAt(slot) !== 0) days[count++] = this.#word(slot, LAST_DAY);
    }
    return days.sort();
  }
}

/** What is remembered of a number's verifications, to the minute of the first and the day of the last. */
export interface KnownNumber {
  readonly line: number;
  /** Undefined: never. */
  readonly firstAt: number | undefined;
  readonly lastAt: number;
  readonly banned: boolean;
  /** It had a message; else it was only said to be verified. */
  readonly wasSeen: boolean;
}

export interface NumberTableSnapshot {
  readonly count: number;
  readonly records: Uint32Array;
}
