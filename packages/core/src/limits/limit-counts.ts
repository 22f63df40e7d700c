import { hashKey } from "../signals/hash-key.ts";
import { SlotRings, type SlotRingsSnapshot } from "./slot-rings.ts";

/** Of few keys each window is cut finely; of keys without end coarsely, because each row costs memory. */
const FINE_SLOTS = 60;
const COARSE_SLOTS = 12;
/** Rows to begin with, of few keys and of many. */
const FIRST_FINE_ROWS = 2;
const FIRST_COARSE_ROWS = 16;
const LOAD = 0.75;
/** Keys for which there is no row of their own share these. */
const SHARED_ROWS = 1024;
/** Messages are decided on a little out of order; only a clock that is set back by more was wrong before. */
const SET_BACK_MS = 60_000;

/** Rows that the tables of one account may still grow by, all together. */
export interface RowAllowance {
  rows: number;
}

/** What was added, for taking it back. */
export interface Place {
  readonly slot: number;
  /** In a row that keys share. */
  readonly shared: boolean;
}

/** Is there room for an amount? */
export type Room =
  | { readonly isFree: true; readonly count: number }
  /** `retryAt`: when there is room, if nothing else comes; undefined: never, the amount alone is too much. */
  | { readonly isFree: false; readonly count: number; readonly retryAt: number | undefined };

/**
 * Amounts by key within a sliding window: never less than what was added, whatever the order of times; and not more than
 * what was added within a window and one slot of it (a 60th of the window where `isFine`, a 12th otherwise).
 *
 * - Time never goes back: an earlier time counts as the latest. Where the clock is set back by more than a minute, all that
 *   was counted counts still, and if that may not be all of it, there is no room until it is.
 * - Memory is bounded. A key that has no row, when there is no room for one, is counted in a row that it shares with others:
 *   they count together, so their limit is stricter, never looser. It gets its own row again when the shared one is empty.
 */
export class LimitCounts {
  readonly window: number;
  readonly isFine: boolean;
  readonly #width: number;
  readonly #allowance: RowAllowance;
  #keys: Float64Array;
  #rings: SlotRings;
  #count = 0;
  #shared: SlotRings | undefined;
  #latest: number = Number.NEGATIVE_INFINITY;
  /** The last slot in which rows were looked for that could go. */
  #purged: number = Number.NEGATIVE_INFINITY;

  constructor(window: number, isFine: boolean, allowance: RowAllowance) {
    this.window = window;
    this.isFine = isFine;
    this.#allowance = allowance;
    this.#width = Math.max(Math.floor(window / (isFine ? FINE_SLOTS : COARSE_SLOTS)), 1);
    this.#keys = new Float64Array(this.#firstRows);
    this.#rings = new SlotRings(Math.ceil(window / this.#width), this.#firstRows);
  }

  /** Keys that have a row of their own. */
  get keys(): number {
    return this.#count;
  }

  /** Were there more keys than rows, and is that so still? */
  isCrowded(at: number): boolean {
    const shared = this.#shared;
    if (shared === undefined) return false;
    const from = this.#from(at);
    for (let row = 0; row < SHARED_ROWS; row++) if (!shared.isEmpty(row, from)) return true;
    return false;
  }

  get bytes(): number {
    return 8 * this.#keys.length + this.#rings.bytes + (this.#shared?.bytes ?? 0);
  }

  /** Changes nothing. `key`: a whole number, not 0. */
  room(key: number, at: number, amount: number, most: number): Room {
    const from = this.#from(at);
    const own = this.#find(key);
    const rings = own === -1 ? this.#shared : this.#rings;
    const row = own === -1 ? sharedRow(key) : own;
    const count = rings === undefined ? 0 : rings.countFrom(row, from);
    const known = this.#knownFrom(at);
    if (known !== undefined) return { isFree: false, count, retryAt: amount > most ? undefined : known };
    if (count + amount <= most) return { isFree: true, count };
    if (amount > most || rings === undefined) return { isFree: false, count, retryAt: undefined };
    const last = rings.slotLeaving(row, from, most - amount);
    return { isFree: false, count, retryAt: (last + rings.slots + 1) * this.#width };
  }

  /** Is there a row of the key's own? */
  has(key: number): boolean {
    return this.#find(key) !== -1;
  }

  used(key: number, at: number): number {
    return this.room(key, at, 0, Number.POSITIVE_INFINITY).count;
  }

  /** When less of it is used, if nothing else comes; undefined: nothing is. */
  lessAt(key: number, at: number): number | undefined {
    const used = this.used(key, at);
    // (as if one more had to find room)
    const room = used === 0 ? undefined : this.room(key, at, 0, used - 1);
    return room === undefined || room.isFree ? undefined : room.retryAt;
  }

  /** Adds, whether there is room or not. */
  add(key: number, at: number, amount: number): Place {
    this.#latest = Math.max(this.#latest, at);
    const slot = Math.floor(this.#latest / this.#width);
    const row = this.#ensure(key, slot);
    if (row !== -1) {
      this.#rings.add(row, slot, amount);
      return { slot, shared: false };
    }
    this.#shared ??= new SlotRings(this.#rings.slots, SHARED_ROWS);
    this.#shared.add(sharedRow(key), slot, amount);
    return { slot, shared: true };
  }

  /** What was added there has not happened after all. */
  takeBack(key: number, { slot, shared }: Place, amount: number): void {
    if (shared) this.#shared?.subtract(sharedRow(key), slot, amount);
    else {
      const row = this.#find(key);
      if (row !== -1) this.#rings.subtract(row, slot, amount);
    }
  }

  /**
   * What is counted of one key is another's from now on, which nobody asks for: where that has a row already, it keeps its
   * own. (What keys count together has no names.)
   */
  rename(key: number, other: number): void {
    const row = this.#find(key);
    if (row === -1) return;
    if (this.#find(other) === -1) this.#keys[row] = other;
    else this.#rings.clear(row);
    // (it would be looked for elsewhere)
    this.#rebuild(this.#keys.length, Number.NEGATIVE_INFINITY);
  }

  /** The largest count of any key. A walk over the table. */
  fullest(at: number): number {
    const from = this.#from(at);
    let fullest = 0;
    for (let row = 0; row < this.#keys.length; row++) {
      if (this.#keys[row] !== 0) fullest = Math.max(fullest, this.#rings.countFrom(row, from));
    }
    for (let row = 0; row < (this.#shared?.rows ?? 0); row++) {
      fullest = Math.max(fullest, this.#shared?.countFrom(row, from) ?? 0);
    }
    return fullest;
  }

  /** Where nothing that it holds counts any more, it makes itself small. */
  shrink(at: number): void {
    const rows = this.#firstRows;
    if (this.#keys.length === rows || at <= this.#latest + this.window + this.#width) return;
    this.#allowance.rows += this.#keys.length - rows;
    this.#rebuild(rows, Math.floor(at / this.#width) - this.#rings.slots);
  }

  snapshot(): LimitCountsSnapshot {
    return {
      window: this.window,
      isFine: this.isFine,
      latest: this.#latest,
      purged: this.#purged,
      count: this.#count,
      keys: this.#keys.slice(),
      rings: this.#rings.snapshot(),
      shared: this.#shared?.snapshot(),
    };
  }

  static restore(snapshot: LimitCountsSnapshot, allowance: RowAllowance): LimitCounts {
    const counts = new LimitCounts(snapshot.window, snapshot.isFine, allowance);
    counts.#latest = snapshot.latest;
    counts.#purged = snapshot.purged;
    counts.#count = snapshot.count;
    counts.#keys = snapshot.keys.slice();
    counts.#rings = SlotRings.restore(snapshot.rings);
    counts.#shared = snapshot.shared === undefined ? undefined : SlotRings.restore(snapshot.shared);
    allowance.rows -= counts.#keys.length - counts.#firstRows;
    return counts;
  }

  get #firstRows(): number {
    return this.isFine ? FIRST_FINE_ROWS : FIRST_COARSE_ROWS;
  }

  /** The first slot that counts at this time. */
  #from(at: number): number {
    const isSetBack = at < this.#latest - SET_BACK_MS;
    return Math.floor((isSetBack ? at : Math.max(at, this.#latest)) / this.#width) - this.#rings.slots;
  }

  /** From when on nothing is missing from the counts; undefined: nothing is. */
  #knownFrom(at: number): number | undefined {
    if (at >= this.#latest - SET_BACK_MS) return undefined;
    const forgotten = Math.max(this.#rings.forgotten, this.#shared?.forgotten ?? Number.NEGATIVE_INFINITY);
    const known = (forgotten + this.#rings.slots + 1) * this.#width;
    return known > at ? known : undefined;
  }

  #find(key: number): number {
    const mask = this.#keys.length - 1;
    for (let row = hashKey(key) & mask; ; row = (row + 1) & mask) {
      const held = this.#keys[row];
      if (held === key) return row;
      if (held === 0) return -1;
    }
  }

  /** The key's own row, or −1. */
  #ensure(key: number, slot: number): number {
    const found = this.#find(key);
    if (found !== -1) return found;
    const from = slot - this.#rings.slots;
    if (this.#shared !== undefined) {
      if (!this.#shared.isEmpty(sharedRow(key), from)) return -1;
      // What it holds from before is asked for no more, unless the clock is set back.
      this.#shared.clear(sharedRow(key));
    }
    if (this.#count + 1 > this.#keys.length * LOAD && !this.#makeRoom(slot)) return -1;
    const mask = this.#keys.length - 1;
    let row = hashKey(key) & mask;
    while (this.#keys[row] !== 0) row = (row + 1) & mask;
    this.#keys[row] = key;
    this.#count++;
    return row;
  }

  #makeRoom(slot: number): boolean {
    const rows = this.#keys.length;
    // Nothing more is over before the next slot.
    if (slot > this.#purged) {
      this.#purged = slot;
      const from = slot - this.#rings.slots;
      let live = 0;
      for (let row = 0; row < rows; row++) if (this.#keys[row] !== 0 && !this.#rings.isEmpty(row, from)) live++;
      if (live + 1 <= rows * LOAD * 0.75) {
        this.#rebuild(rows, from);
        return true;
      }
    }
    if (this.#allowance.rows < rows) return false;
    this.#allowance.rows -= rows;
    this.#rebuild(rows * 2, slot - this.#rings.slots);
    return true;
  }

  /** Keeps the keys that hold anything from slot `from` on. */
  #rebuild(rows: number, from: number): void {
    const [keys, rings] = [this.#keys, this.#rings];
    this.#keys = new Float64Array(rows);
    this.#rings = new SlotRings(rings.slots, rows);
    this.#count = 0;
    for (let row = 0; row < keys.length; row++) {
      const key = keys[row] ?? 0;
      if (key === 0) continue;
      if (rings.isEmpty(row, from)) {
        rings.clear(row);
        continue;
      }
      let target = hashKey(key) & (rows - 1);
      while (this.#keys[target] !== 0) target = (target + 1) & (rows - 1);
      this.#keys[target] = key;
      this.#rings.copy(target, rings, row);
      this.#count++;
    }
    this.#rings.forgotten = rings.forgotten;
  }
}

export interface LimitCountsSnapshot {
  readonly window: number;
  readonly isFine: boolean;
  readonly latest: number;
  readonly purged: number;
  readonly count: number;
  readonly keys: Float64Array;
  readonly rings: SlotRingsSnapshot;
  readonly shared: SlotRingsSnapshot | undefined;
}

function sharedRow(key: number): number {
  return (hashKey(key) >>> 7) & (SHARED_ROWS - 1);
}
