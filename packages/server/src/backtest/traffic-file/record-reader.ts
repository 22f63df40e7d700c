import type { BytePass } from "./byte-source.ts";

/**
 * What is wrong with a record. `quote`: a quoted field is not closed within the bytes that a record may have, or something
 * other than a delimiter follows its closing quote. `too_long`: it has more bytes than that. `nul`: it has a zero byte.
 */
export type RecordFault = "quote" | "too_long" | "nul";

export interface RecordReaderOptions {
  readonly mostBytes?: number;
  readonly reusesBytes?: boolean;
}

/**
 * Splits bytes into CSV records (RFC 4180) as they come in; `LF` and `CRLF` end a record, and a quote inside a field that
 * does not begin with one is an ordinary character. Empty lines are passed over. A broken record costs its first line
 * only: reading goes on behind the next `LF`, so that one stray quote does not swallow the rest of a file.
 *
 * `while (await reader.fill()) while (reader.next()) …` sees every record; after `next`, the fields are `starts[i]` to
 * `stops[i]` of `bytes`, without their quotes. The bytes stay as they are for as long as somebody holds them, unless the
 * reader reuses them.
 */
export class RecordReader {
  bytes: Buffer = Buffer.alloc(0);
  /** Fields of the record, also those beyond {@link MOST_FIELDS}, whose places are not kept. */
  count = 0;
  readonly starts: Int32Array = new Int32Array(MOST_FIELDS);
  readonly stops: Int32Array = new Int32Array(MOST_FIELDS);
  /** Where the record begins and ends in `bytes`, line end included. */
  recordStart = 0;
  recordStop = 0;
  /** Line on which the record begins, the first line of the file being 1. */
  line = 0;
  /** Set: something is wrong with the record, and its fields are not to be used. */
  fault: RecordFault | undefined;
  delimiter: number = COMMA;

  readonly #pass: BytePass;
  readonly #mostBytes: number;
  readonly #reusesBytes: boolean;
  /** What `bytes` were before. */
  #former: Buffer = Buffer.alloc(0);
  #at = 0;
  #filled = 0;
  #ended = false;
  #nextLine = 1;
  #newlines = 0;
  #escapes = false;
  #skipping = false;
  #nul = -1;

  /**
   * `mostBytes`: how many bytes a record may have, its line end included. `reusesBytes`: `bytes` are written again after
   * the next `fill`, for who holds none of them.
   */
  constructor(pass: BytePass, { mostBytes = MOST_BYTES, reusesBytes = false }: RecordReaderOptions = {}) {
    this.#pass = pass;
    this.#mostBytes = mostBytes;
    this.#reusesBytes = reusesBytes;
  }

  /** Reads on. False: everything was read, and `next` has seen it. */
  async fill(): Promise<boolean> {
    if (this.#ended) return false;
    const carried = this.#filled - this.#at;
    const size = carried + READ_AT_ONCE;
    // A little more than needed, so that another carry fits when it is used again.
    const bytes = this.#former.length >= size ? this.#former : Buffer.allocUnsafeSlow(size + SPARE);
    bytes.set(this.bytes.subarray(this.#at, this.#filled));
    const read = await this.#pass.read(bytes, carried);
    if (this.#reusesBytes) this.#former = this.bytes;
    this.bytes = bytes;
    this.#at = 0;
    this.#filled = carried + read;
    this.#ended = read === 0;
    this.#nul = this.#indexOf(NUL, 0);
    return true;
  }

  /** The bytes that are read and not yet passed, for a look ahead. */
  ahead(): Buffer {
    return this.bytes.subarray(this.#at, this.#filled);
  }

  /** Passes over `length` bytes that are no record (a byte order mark). */
  pass(length: number): void {
    this.#at += length;
  }

  /** Goes to the next record. False: no whole one is at hand; `fill` first. */
  next(): boolean {
    for (;;) {
      if (this.#skipping) this.#skipLine();
      if (this.#skipping || this.#at >= this.#filled) return false;
      this.recordStart = this.#at;
      this.line = this.#nextLine;
      const stop = this.#split();
      if (stop === MORE) return false;
      if (stop < 0) {
        this.fault = stop === BROKEN_QUOTE ? "quote" : "too_long";
        this.count = 0;
        this.#skipLine();
        return true;
      }
      this.#at = stop;
      this.recordStop = stop;
      this.#nextLine += 1 + this.#newlines;
      if (this.count === 1 && this.starts[0] === this.stops[0] && this.starts[0] === this.recordStart) continue;
      this.fault = this.#nul >= 0 && this.#nul < stop && this.#hasNul() ? "nul" : undefined;
      return true;
    }
  }

  /** Splits a whole record that stands in `bytes`, as `next` once did. */
  splitAgain(bytes: Buffer, start: number, stop: number, line: number): void {
    this.bytes = bytes;
    this.#at = start;
    this.#filled = stop;
    this.#ended = true;
    this.recordStart = start;
    this.recordStop = stop;
    this.line = line;
    this.fault = undefined;
    this.#split();
  }

  /** Turns `""` inside quoted fields into `"`, in place. The record cannot be split again afterwards. */
  unescape(): void {
    if (!this.#escapes) return;
    this.#escapes = false;
    const { bytes, starts, stops } = this;
    for (let field = 0; field < this.count && field < MOST_FIELDS; field += 1) {
      const start = starts[field] as number;
      if (bytes[start - 1] !== QUOTE || start === this.recordStart) continue;
      const stop = stops[field] as number;
      let to = start;
      for (let at = start; at < stop; at += 1) {
        bytes[to] = bytes[at] as number;
        to += 1;
        if (bytes[at] === QUOTE) at += 1;
      }
      stops[field] = to;
    }
  }

  /** Where the record that begins at `#at` ends, or {@link MORE}, {@link BROKEN_QUOTE}, {@link TOO_LONG}. */
  #split(): number {
    const { bytes, starts, stops, delimiter } = this;
    const limit = this.#at + this.#mostBytes;
    const filled = this.#filled;
    const end = Math.min(filled, limit);
    // What a missing line end means: 0, that the file ends here.
    const short = filled > limit ? TOO_LONG : this.#ended ? 0 : MORE;
    let at = this.#at;
    let count = 0;
    let newlines = 0;
    this.#escapes = false;
    for (;;) {
      let start = at;
      let stop: number;
      let byte = END;
      if (at < end && bytes[at] === QUOTE) {
        start = at + 1;
        at = start;
        for (;;) {
          for (; at < end; at += 1) {
            byte = bytes[at] as number;
            if (byte === QUOTE) break;
            if (byte === LF) newlines += 1;
          }
          if (at === end) return short === MORE ? MORE : BROKEN_QUOTE;
          if (at + 1 === end && short !== 0) return short;
          if (at + 1 === end || bytes[at + 1] !== QUOTE) break;
          this.#escapes = true;
          at += 2;
        }
        stop = at;
        at += 1;
        if (at < end && bytes[at] === CR) {
          if (at + 1 === end && short !== 0) return short;
          if (at + 1 === end || bytes[at + 1] === LF) at += 1;
        }
        byte = at < end ? (bytes[at] as number) : END;
        if (byte !== delimiter && byte !== LF && byte !== END) return BROKEN_QUOTE;
      } else {
        for (; at < end; at += 1) {
          byte = bytes[at] as number;
          if (byte === delimiter || byte === LF) break;
        }
        if (at === end) byte = END;
        stop = at;
        if (byte !== delimiter && stop > start && bytes[stop - 1] === CR) stop -= 1;
      }
      if (byte === END && short !== 0) return short;
      if (count < MOST_FIELDS) {
        starts[count] = start;
        stops[count] = stop;
      }
      count += 1;
      if (byte === delimiter) {
        at += 1;
        continue;
      }
      this.count = count;
      this.#newlines = newlines;
      return byte === LF ? at + 1 : at;
    }
  }

  /** On behind the next line end, or as far as there are bytes. */
  #skipLine(): void {
    const lineEnd = this.#indexOf(LF, this.#at);
    this.#skipping = lineEnd < 0;
    this.#at = lineEnd < 0 ? this.#filled : lineEnd + 1;
    if (lineEnd >= 0) this.#nextLine += 1;
  }

  #hasNul(): boolean {
    this.#nul = this.#indexOf(NUL, this.recordStart);
    return this.#nul >= 0 && this.#nul < this.recordStop;
  }

  #indexOf(byte: number, from: number): number {
    const at = this.bytes.indexOf(byte, from);
    return at < this.#filled ? at : -1;
  }
}

/** How many fields of a record are kept. */
export const MOST_FIELDS = 1024;

const COMMA = 0x2c;
const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;
const NUL = 0;
/** Stands in for the byte behind the last one. */
const END = -1;

const MORE = -1;
const BROKEN_QUOTE = -2;
const TOO_LONG = -3;

const MOST_BYTES = 1024 * 1024;
const READ_AT_ONCE = 256 * 1024;
const SPARE = 4096;
