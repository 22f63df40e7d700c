import { hashKey } from "./hash-key.ts";
import type { SessionNumber } from "./session-log.ts";

/** Blocks of 100, 1,000, 10,000 and 100,000 numbers: how many last digits their numbers do not share. */
export const BLOCK_DIGITS = [2, 3, 4, 5] as const;
export const BLOCK_LEVELS = 4;
/** The place of blocks of 10,000 and of 100,000 among the levels. */
export const LEVEL_10K = 2;
export const LEVEL_100K = 3;
/** With fewer completed verifications a block is new: nobody is known there. */
export const NEW_BLOCK = 0.5;

/** Shares of the traffic that an attack may take: what the share of a block is compared with. */
export const ATTACK_SHARES = [0.5, 0.1, 0.02, 0.004] as const;
/** An alternative that is hardly more than the usual share is none. */
export const LEAST_RISE = 1.5;
const SHARES = ATTACK_SHARES.length;

const HALF_LIFE_DAYS = 30;
const SLOT_LOAD = 0.7;
const SKETCH_BITS = 16;
const POWERS = [100, 1_000, 10_000, 100_000] as const;

/** The key of the block around a number at a level: its shared digits and its level in one number. */
export function blockKey(line: number, level: number): number {
  return Math.floor(line / (POWERS[level] ?? 100)) * 8 + level;
}

export function levelOfKey(key: number): number {
  return key % 8;
}

/** The first number of the block, and how many it has. */
export function blockRange(key: number): { readonly first: number; readonly size: number } {
  const size = POWERS[key % 8] ?? 100;
  return { first: Math.floor(key / 8) * size, size };
}

/**
 * One record a block, so that what is asked of one lies together in memory: words of 32 bits, of which the first two are
 * its key. An even number of them.
 */
const CONVERTED = 2;
const DAY = 3;
const CLOCK = 4;
const MINUTE = 5;
const LAST = 6;
const EVIDENCE = 7;
const WORDS = EVIDENCE + SHARES + 1;
const PAIRS = WORDS / 2;

/**
 * What is known of number blocks: what share of completed verifications each usually has, and how much its recent share
 * speaks for an attack. Open addressing over typed arrays, 48 bytes a slot. When `largest` slots are nearly full the blocks
 * that were hit longest ago are forgotten. That is safe: their evidence restarts at nothing, and what they usually have
 * goes into a count-min sketch (Cormode and Muthukrishnan 2005) that can only say too much, which only makes a block less
 * suspicious.
 */
export class BlockTable {
  readonly #largest: number;
  #mask: number;
  #count = 0;
  /** The same records three times; a key that is 0 stands for none. */
  #words: Uint32Array;
  #floats: Float32Array;
  #keys: Float64Array;
  #sketch: Float32Array | undefined;

  constructor(largest: number, capacity = 64) {
    this.#largest = largest;
    this.#mask = capacity - 1;
    this.#words = new Uint32Array(capacity * WORDS);
    this.#floats = new Float32Array(this.#words.buffer);
    this.#keys = new Float64Array(this.#words.buffer);
  }

  get count(): number {
    return this.#count;
  }

  /** The block's slot, or −1. Slots move when the table grows: use it before the next `ensure`. */
  find(key: number): number {
    for (let slot = hashKey(key) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const held = this.#keyAt(slot);
      if (held === key) return slot;
      if (held === 0) return -1;
    }
  }

  /** Makes room for so many new blocks, so that the slots that `ensure` gives stay where they are. */
  reserve(blocks: number): void {
    if (this.#count + blocks > (this.#mask + 1) * SLOT_LOAD) this.#makeRoom();
  }

  ensure(key: number, day: number): number {
    const mask = this.#mask;
    for (let slot = hashKey(key) & mask; ; slot = (slot + 1) & mask) {
      const held = this.#keyAt(slot);
      if (held === key) return slot;
      if (held !== 0) continue;
      this.#keys[slot * PAIRS] = key;
      this.#floats[slot * WORDS + CONVERTED] = this.#sketch === undefined ? 0 : this.#forgotten(key);
      this.#words[slot * WORDS + DAY] = day;
      this.#count++;
      return slot;
    }
  }

  hit(slot: number, session: SessionNumber, clock: number, at: number): void {
    const words = this.#words;
    words[slot * WORDS + LAST] = session;
    words[slot * WORDS + CLOCK] = clock;
    words[slot * WORDS + MINUTE] = at / 60_000;
  }

  /** The block's newest session. */
  last(slot: number): SessionNumber {
    return this.#words[slot * WORDS + LAST] ?? 0;
  }

  /** Its destination's clock at the last hit. */
  clock(slot: number): number {
    return this.#words[slot * WORDS + CLOCK] ?? 0;
  }

  /** Completed verifications of the block's numbers, each counting half after 30 days. */
  converted(slot: number, day: number): number {
    const weight = this.#floats[slot * WORDS + CONVERTED] ?? 0;
    if (weight === 0) return 0;
    const age = day - (this.#words[slot * WORDS + DAY] ?? 0);
    return age <= 0 ? weight : weight * 2 ** (-age / HALF_LIFE_DAYS);
  }

  learn(slot: number, day: number, weight: number): void {
    const place = slot * WORDS + DAY;
    this.#floats[slot * WORDS + CONVERTED] = this.converted(slot, day) + weight;
    this.#words[place] = Math.max(day, this.#words[place] ?? 0);
  }

  /** For each of {@link ATTACK_SHARES}, the evidence before this hit (nats). */
  evidenceAt(slot: number, share: number): number {
    return this.#floats[slot * WORDS + EVIDENCE + share] ?? 0;
  }

  setEvidence(slot: number, share: number, nats: number): void {
    this.#floats[slot * WORDS + EVIDENCE + share] = nats;
  }

  /** Its evidence and its sessions count no more; what it usually has stays. */
  restart(key: number): void {
    const slot = this.find(key);
    if (slot === -1) return;
    for (let share = 0; share < SHARES; share++) this.setEvidence(slot, share, 0);
    this.#words[slot * WORDS + LAST] = 0;
  }

  snapshot(): BlockTableSnapshot {
    return { count: this.#count, records: this.#words.slice(), sketch: this.#sketch?.slice() };
  }

  static restore({ count, records, sketch }: BlockTableSnapshot, largest: number): BlockTable {
    const table = new BlockTable(largest, records.length / WORDS);
    table.#count = count;
    table.#words.set(records);
    table.#sketch = sketch?.slice();
    return table;
  }

  #keyAt(slot: number): number {
    return this.#keys[slot * PAIRS] ?? 0;
  }

  #makeRoom(): void {
    const capacity = this.#mask + 1;
    if (capacity < this.#largest) {
      this.#rebuild(capacity * 2, 0);
      return;
    }
    this.#rebuild(capacity, Math.floor(this.#count / 2));
  }

  /** `forget`: so many of the blocks that were hit longest ago are left out. */
  #rebuild(capacity: number, forget: number): void {
    const minutes = forget === 0 ? new Uint32Array(0) : this.#minutes();
    const border = minutes[forget] ?? 0;
    // All may have been hit in the same minute: only so many of those.
    let ofBorder = forget - minutes.indexOf(border);
    const larger = new BlockTable(this.#largest, capacity);
    const sketch = forget === 0 ? undefined : (this.#sketch ?? new Float32Array(4 << SKETCH_BITS));
    for (let slot = 0; slot <= this.#mask; slot++) {
      const key = this.#keyAt(slot);
      if (key === 0) continue;
      const minute = this.#words[slot * WORDS + MINUTE] ?? 0;
      if (forget > 0 && (minute < border || (minute === border && ofBorder-- > 0))) {
        const weight = this.#floats[slot * WORDS + CONVERTED] ?? 0;
        if (sketch !== undefined && weight > 0) addToSketch(sketch, key, weight);
        continue;
      }
      const target = larger.ensure(key, 0);
      for (let word = CONVERTED; word < WORDS; word++) {
        larger.#words[target * WORDS + word] = this.#words[slot * WORDS + word] ?? 0;
      }
    }
    this.#mask = larger.#mask;
    this.#count = larger.#count;
    this.#words = larger.#words;
    this.#floats = larger.#floats;
    this.#keys = larger.#keys;
    this.#sketch = sketch ?? this.#sketch;
  }

  /** When each block was hit last, sorted. */
  #minutes(): Uint32Array {
    const minutes = new Uint32Array(this.#count);
    let count = 0;
    for (let slot = 0; slot <= this.#mask; slot++) {
      if (this.#keyAt(slot) !== 0) minutes[count++] = this.#words[slot * WORDS + MINUTE] ?? 0;
    }
    return minutes.sort();
  }

  #forgotten(key: number): number {
    const sketch = this.#sketch;
    if (sketch === undefined) return 0;
    let least = Number.POSITIVE_INFINITY;
    for (let row = 0; row < 4; row++) least = Math.min(least, sketch[sketchCell(key, row)] ?? 0);
    return least;
  }
}

export interface BlockTableSnapshot {
  readonly count: number;
  readonly records: Uint32Array;
  readonly sketch: Float32Array | undefined;
}

function sketchCell(key: number, row: number): number {
  return (row << SKETCH_BITS) + (hashKey(key * 4 + row) >>> (32 - SKETCH_BITS));
}

function addToSketch(sketch: Float32Array, key: number, weight: number): void {
  for (let row = 0; row < 4; row++) {
    const cell = sketchCell(key, row);
    sketch[cell] = (sketch[cell] ?? 0) + weight;
  }
}
