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
 * What is known of number blocks: what share of completed verifications each usually has, and how much its recent share
 * speaks for an attack. Open addressing over typed arrays, 42 bytes a slot. When `largest` slots are nearly full the blocks
 * that were hit longest ago are forgotten. That is safe: their evidence restarts at nothing, and what they usually have
 * goes into a count-min sketch (Cormode and Muthukrishnan 2005) that can only say too much, which only makes a block less
 * suspicious.
 */
export class BlockTable {
  readonly #largest: number;
  #mask: number;
  #count = 0;
  #keys: Float64Array;
  /** Completed verifications, decayed to the day `#day`. */
  #converted: Float32Array;
  #day: Uint16Array;
  /** The destination's clock at the last hit; minutes since 1970 of it. */
  clock: Uint32Array;
  #minute: Uint32Array;
  last: Uint32Array;
  /** Evidence for each of {@link ATTACK_SHARES}, in nats. */
  evidence: Float32Array;
  #sketch: Float32Array | undefined;

  constructor(largest: number, capacity = 64) {
    this.#largest = largest;
    this.#mask = capacity - 1;
    this.#keys = new Float64Array(capacity);
    this.#converted = new Float32Array(capacity);
    this.#day = new Uint16Array(capacity);
    this.clock = new Uint32Array(capacity);
    this.#minute = new Uint32Array(capacity);
    this.last = new Uint32Array(capacity);
    this.evidence = new Float32Array(capacity * SHARES);
  }

  get count(): number {
    return this.#count;
  }

  /** The block's slot, or −1. Slots move when the table grows: use it before the next `ensure`. */
  find(key: number): number {
    for (let slot = hashKey(key) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const held = this.#keys[slot];
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
      const held = this.#keys[slot];
      if (held === key) return slot;
      if (held !== 0) continue;
      this.#keys[slot] = key;
      this.#converted[slot] = this.#sketch === undefined ? 0 : this.#forgotten(key);
      this.#day[slot] = day;
      this.#count++;
      return slot;
    }
  }

  hit(slot: number, session: SessionNumber, clock: number, at: number): void {
    this.last[slot] = session;
    this.clock[slot] = clock;
    this.#minute[slot] = at / 60_000;
  }

  /** Completed verifications of the block's numbers, each counting half after 30 days. */
  converted(slot: number, day: number): number {
    const weight = this.#converted[slot] ?? 0;
    if (weight === 0) return 0;
    const age = day - (this.#day[slot] ?? 0);
    return age <= 0 ? weight : weight * 2 ** (-age / HALF_LIFE_DAYS);
  }

  learn(slot: number, day: number, weight: number): void {
    this.#converted[slot] = this.converted(slot, day) + weight;
    this.#day[slot] = Math.max(day, this.#day[slot] ?? 0);
  }

  /** Share by share, the evidence before this hit. */
  evidenceAt(slot: number, share: number): number {
    return this.evidence[slot * SHARES + share] ?? 0;
  }

  setEvidence(slot: number, share: number, nats: number): void {
    this.evidence[slot * SHARES + share] = nats;
  }

  /** Its evidence and its sessions count no more; what it usually has stays. */
  restart(key: number): void {
    const slot = this.find(key);
    if (slot === -1) return;
    this.evidence.fill(0, slot * SHARES, slot * SHARES + SHARES);
    this.last[slot] = 0;
  }

  snapshot(): BlockTableSnapshot {
    return {
      count: this.#count,
      columns: this.#columns().map((column) => column.slice()),
      sketch: this.#sketch?.slice(),
    };
  }

  static restore(snapshot: BlockTableSnapshot, largest: number): BlockTable {
    const table = new BlockTable(largest, snapshot.columns[0]?.length ?? 256);
    table.#count = snapshot.count;
    table.#sketch = snapshot.sketch?.slice();
    for (const [position, column] of table.#columns().entries()) column.set(snapshot.columns[position] ?? []);
    return table;
  }

  #columns(): readonly (Float64Array | Float32Array | Uint32Array | Uint16Array)[] {
    return [this.#keys, this.#converted, this.#day, this.clock, this.#minute, this.last, this.evidence];
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
    const minutes = this.#minute.filter((_, slot) => forget > 0 && this.#keys[slot] !== 0).sort();
    const border = minutes[forget] ?? 0;
    // All may have been hit in the same minute: only so many of those.
    let ofBorder = forget - minutes.indexOf(border);
    const from = this.#columns();
    const larger = new BlockTable(this.#largest, capacity);
    const to = larger.#columns();
    const sketch = forget === 0 ? undefined : (this.#sketch ?? new Float32Array(4 << SKETCH_BITS));
    for (let slot = 0; slot <= this.#mask; slot++) {
      const key = this.#keys[slot] ?? 0;
      if (key === 0) continue;
      const minute = this.#minute[slot] ?? 0;
      if (forget > 0 && (minute < border || (minute === border && ofBorder-- > 0))) {
        const weight = this.#converted[slot] ?? 0;
        if (sketch !== undefined && weight > 0) addToSketch(sketch, key, weight);
        continue;
      }
      const target = larger.ensure(key, 0);
      for (let column = 1; column < from.length - 1; column++) {
        const [source, destination] = [from[column], to[column]];
        if (source !== undefined && destination !== undefined) destination[target] = source[slot] ?? 0;
      }
      for (let share = 0; share < SHARES; share++) larger.setEvidence(target, share, this.evidenceAt(slot, share));
    }
    this.#mask = larger.#mask;
    this.#count = larger.#count;
    this.#keys = larger.#keys;
    this.#converted = larger.#converted;
    this.#day = larger.#day;
    this.clock = larger.clock;
    this.#minute = larger.#minute;
    this.last = larger.last;
    this.evidence = larger.evidence;
    this.#sketch = sketch ?? this.#sketch;
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
  readonly columns: readonly (Float64Array | Float32Array | Uint32Array | Uint16Array)[];
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
