import { ScratchFile } from "./scratch-file.ts";

export interface RunSorterOptions {
  /** Bytes of entries that are sorted in memory at a time; keys and places come on top, at most half as much. */
  readonly runBytes?: number;
  readonly scratchDirectory?: string | undefined;
}

/** A part of the scratch file that is in order. */
interface Run {
  /** What of it is read: `bytes[at]` to `bytes[filled - 1]`. */
  bytes: Buffer;
  at: number;
  filled: number;
  /** What of it is still in the scratch file. */
  position: number;
  readonly end: number;
  key: number;
}

/**
 * Sorts any number of entries (a key, and bytes that nobody looks into) in bounded memory: full runs are sorted and
 * written to one scratch file, and merged at the end. Entries of equal key keep the order in which they were added.
 *
 * `add` them all, then `merge()`, then `while (next())` gives them as `bytes[start]` to `bytes[stop - 1]`. The bytes of an
 * entry are never written again.
 */
export class RunSorter {
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  stop = 0;
  /** Key of the entry. */
  key = 0;

  readonly #scratchDirectory: string | undefined;
  readonly #runBytes: number;
  readonly #mostEntries: number;
  #arena: Buffer | undefined;
  #used = 0;
  #count = 0;
  #keys: Float64Array = new Float64Array(0);
  #ends: Uint32Array = new Uint32Array(0);
  #scratch: ScratchFile | undefined;
  /** Runs in the order in which they were written. */
  readonly #runs: Run[] = [];
  /** A heap of runs by their next key, then by their age. */
  readonly #heap: number[] = [];
  /** The order of what is in memory, when nothing was spilled. */
  #order: Uint32Array | undefined;
  #given = 0;

  constructor({ runBytes = RUN_BYTES, scratchDirectory }: RunSorterOptions = {}) {
    this.#scratchDirectory = scratchDirectory;
    this.#runBytes = runBytes;
    this.#mostEntries = Math.max(16, runBytes >>> 6);
  }

  /**
   * Makes room for an entry of up to `length` bytes and says where in {@link bytes} to write it; `commit` then takes it in.
   * `key`s are whole numbers from 0 up to 2^48.
   */
  reserve(length: number): number {
    if (this.#count === this.#mostEntries || this.#used + length > (this.#arena?.length ?? 0)) this.#makeRoom(length);
    return this.#used;
  }

  commit(key: number, stop: number): void {
    this.#keys[this.#count] = key;
    this.#ends[this.#count] = stop;
    this.#count += 1;
    this.#used = stop;
  }

  /** Nothing more comes: what was added can be read in order. */
  merge(): void {
    if (this.#runs.length === 0) {
      this.#order = sortedOrder(this.#keys, this.#count);
      return;
    }
    if (this.#count > 0) this.#spill();
    this.#arena = undefined;
    this.bytes = Buffer.alloc(0);
    this.#keys = new Float64Array(0);
    this.#ends = new Uint32Array(0);
    for (let run = 0; run < this.#runs.length; run += 1) {
      if (this.#advance(this.#runs[run] as Run)) this.#pushRun(run);
    }
  }

  /** Goes to the next entry. False: that was the last one. */
  next(): boolean {
    return this.#order === undefined ? this.#nextOfRuns() : this.#nextInMemory(this.#order);
  }

  close(): void {
    this.#scratch?.close();
    this.#scratch = undefined;
  }

  #nextInMemory(order: Uint32Array): boolean {
    if (this.#given === order.length) return false;
    const entry = order[this.#given] as number;
    this.#given += 1;
    this.start = entry === 0 ? 0 : (this.#ends[entry - 1] as number);
    this.stop = this.#ends[entry] as number;
    this.key = this.#keys[entry] as number;
    return true;
  }

  #nextOfRuns(): boolean {
    const heap = this.#heap;
    if (heap.length === 0) return false;
    const first = heap[0] as number;
    const run = this.#runs[first] as Run;
    this.bytes = run.bytes;
    this.start = run.at + HEADER;
    this.stop = this.start + run.bytes.readUInt32LE(run.at + 8);
    this.key = run.key;
    run.at = this.stop;
    if (this.#advance(run)) {
      this.#sink(first);
    } else {
      const last = heap.pop() as number;
      if (heap.length > 0) this.#sink(last);
    }
    return true;
  }

  /** Has the run's next entry whole in memory. False: it has none. */
  #advance(run: Run): boolean {
    const held = run.filled - run.at;
    const need = held < HEADER ? HEADER : HEADER + run.bytes.readUInt32LE(run.at + 8);
    if (held < need) {
      if (run.position === run.end && held === 0) return false;
      const bytes = Buffer.allocUnsafeSlow(Math.max(MERGE_BYTES, need));
      bytes.set(run.bytes.subarray(run.at, run.filled));
      const length = Math.min(bytes.length - held, run.end - run.position);
      this.#scratch?.read(bytes, held, length, run.position);
      run.bytes = bytes;
      run.at = 0;
      run.filled = held + length;
      run.position += length;
      return this.#advance(run);
    }
    run.key = run.bytes.readDoubleLE(run.at);
    return true;
  }

  #pushRun(run: number): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(run);
    while (at > 0) {
      const above = (at - 1) >>> 1;
      if (!this.#isBefore(run, heap[above] as number)) break;
      heap[at] = heap[above] as number;
      at = above;
    }
    heap[at] = run;
  }

  /** Puts a run in the place of the first one, and restores the heap. */
  #sink(run: number): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && this.#isBefore(heap[below + 1] as number, heap[below] as number)) below += 1;
      if (!this.#isBefore(heap[below] as number, run)) break;
      heap[at] = heap[below] as number;
      at = below;
    }
    heap[at] = run;
  }

  #isBefore(a: number, b: number): boolean {
    const first = (this.#runs[a] as Run).key;
    const second = (this.#runs[b] as Run).key;
    return first < second || (first === second && a < b);
  }

  #makeRoom(length: number): void {
    if (this.#count > 0) this.#spill();
    if (this.#keys.length === 0) {
      this.#keys = new Float64Array(this.#mostEntries);
      this.#ends = new Uint32Array(this.#mostEntries);
    }
    if (this.#arena === undefined || length > this.#arena.length) {
      this.#arena = Buffer.allocUnsafeSlow(Math.max(this.#runBytes, length));
      this.bytes = this.#arena;
    }
  }

  /** Writes what is in memory to the scratch file, in order. */
  #spill(): void {
    const arena = this.#arena as Buffer;
    const order = sortedOrder(this.#keys, this.#count);
    this.#scratch ??= new ScratchFile(this.#scratchDirectory);
    const scratch = this.#scratch;
    const position = scratch.size;
    let out = Buffer.allocUnsafeSlow(WRITE_BYTES);
    let filled = 0;
    for (const entry of order) {
      const start = entry === 0 ? 0 : (this.#ends[entry - 1] as number);
      const stop = this.#ends[entry] as number;
      if (filled + HEADER + stop - start > out.length) {
        scratch.append(out, 0, filled);
        filled = 0;
        if (HEADER + stop - start > out.length) out = Buffer.allocUnsafeSlow(HEADER + stop - start);
      }
      out.writeDoubleLE(this.#keys[entry] as number, filled);
      out.writeUInt32LE(stop - start, filled + 8);
      arena.copy(out, filled + HEADER, start, stop);
      filled += HEADER + stop - start;
    }
    scratch.append(out, 0, filled);
    this.#runs.push({ bytes: Buffer.alloc(0), at: 0, filled: 0, position, end: scratch.size, key: 0 });
    this.#used = 0;
    this.#count = 0;
  }
}

/** Places of the first `count` keys in ascending order, equal ones as they stand: a radix sort by 16 bits at a time. */
export function sortedOrder(keys: Float64Array, count: number): Uint32Array {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  let ascending = true;
  for (let at = 0; at < count; at += 1) {
    const key = keys[at] as number;
    if (key < most) ascending = false;
    if (key < least) least = key;
    if (key > most) most = key;
  }
  let order = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) order[at] = at;
  if (ascending) return order;
  let other = new Uint32Array(count);
  const counts = new Uint32Array(0x10000);
  for (let divisor = 1; divisor <= most - least; divisor *= 0x10000) {
    counts.fill(0);
    for (let at = 0; at < count; at += 1) {
      const digit = Math.floor(((keys[at] as number) - least) / divisor) & 0xffff;
      counts[digit] = (counts[digit] as number) + 1;
    }
    let sum = 0;
    for (let digit = 0; digit < counts.length; digit += 1) {
      const here = counts[digit] as number;
      counts[digit] = sum;
      sum += here;
    }
    for (let at = 0; at < count; at += 1) {
      const entry = order[at] as number;
      const digit = Math.floor(((keys[entry] as number) - least) / divisor) & 0xffff;
      const place = counts[digit] as number;
      counts[digit] = place + 1;
      other[place] = entry;
    }
    [order, other] = [other, order];
  }
  return order;
}

/** Before each entry in the scratch file: its key (8 bytes) and length (4). */
const HEADER = 12;
const RUN_BYTES = 32 * 1024 * 1024;
const WRITE_BYTES = 1024 * 1024;
const MERGE_BYTES = 128 * 1024;
