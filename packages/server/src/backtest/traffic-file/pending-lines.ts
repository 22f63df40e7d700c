/**
 * Lines that wait in memory for one before them, found again by their position. Bounded in number and in bytes; a line
 * that is taken makes room, at the latest when the room is used up.
 */
export class PendingLines {
  /** How many wait. */
  count = 0;
  /** Where the next line may be written. */
  filled = 0;
  /** The line that was taken last: `bytes[start]` to `bytes[stop - 1]`. */
  bytes: Buffer;
  start = 0;
  stop = 0;

  readonly #mask: number;
  readonly #starts: Uint32Array;
  /** By position; 0: no line of it waits. */
  readonly #lengths: Uint32Array;
  #other: Buffer | undefined;

  /** `most`: rounded up to a power of two. */
  constructor(most: number, mostBytes: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, most)));
    this.#mask = size - 1;
    this.#starts = new Uint32Array(size);
    this.#lengths = new Uint32Array(size);
    this.bytes = Buffer.allocUnsafeSlow(mostBytes);
  }

  /**
   * Makes room for a line of up to `length` bytes, which goes to {@link filled} of what is returned. Undefined: there is
   * none. `next`: all that wait are at this position or behind it.
   */
  reserve(length: number, next: number): Buffer | undefined {
    if (this.count === 0) this.filled = 0;
    if (this.filled + length <= this.bytes.length) return this.bytes;
    this.#compact(next);
    // Where most of the room is in use, the next time would come soon.
    return this.filled + length <= this.bytes.length / 2 ? this.bytes : undefined;
  }

  /** Keeps the line that was written up to `stop`. False: its position is too far ahead, or is taken. */
  commit(position: number, next: number, stop: number): boolean {
    const slot = position & this.#mask;
    if (position - next > this.#mask || this.#lengths[slot] !== 0) return false;
    this.#starts[slot] = this.filled;
    this.#lengths[slot] = stop - this.filled;
    this.filled = stop;
    this.count += 1;
    return true;
  }

  /** Takes the line at this position out. False: it is not here. */
  take(position: number): boolean {
    if (this.count === 0) return false;
    const slot = position & this.#mask;
    const length = this.#lengths[slot] as number;
    if (length === 0) return false;
    this.start = this.#starts[slot] as number;
    this.stop = this.start + length;
    this.#lengths[slot] = 0;
    this.count -= 1;
    return true;
  }

  /** Takes all lines out, in the order of their positions, and gives the memory back: no more lines can wait. */
  drain(next: number, line: (position: number, bytes: Buffer, start: number, stop: number) => void): void {
    for (let position = next; this.count > 0; position += 1) {
      if (this.take(position)) line(position, this.bytes, this.start, this.stop);
    }
    this.bytes = Buffer.alloc(0);
    this.#other = undefined;
    this.filled = 0;
  }

  #compact(next: number): void {
    const into = this.#other ?? Buffer.allocUnsafeSlow(this.bytes.length);
    let filled = 0;
    let left = this.count;
    for (let position = next; left > 0; position += 1) {
      const slot = position & this.#mask;
      const length = this.#lengths[slot] as number;
      if (length === 0) continue;
      const start = this.#starts[slot] as number;
      this.bytes.copy(into, filled, start, start + length);
      this.#starts[slot] = filled;
      filled += length;
      left -= 1;
    }
    this.#other = this.bytes;
    this.bytes = into;
    this.filled = filled;
  }
}
