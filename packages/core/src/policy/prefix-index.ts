import type { E164 } from "../numbering/e164.ts";
import { lineOfStandIn } from "../numbering/stand-in.ts";

/**
 * A number as the index compares it: its digits as an integer, filled up with zeros to 15 digits. All numbers that begin
 * with a prefix are then one interval, and 15 digits are exact in a double.
 */
export interface ScaledNumber {
  readonly scaled: number;
  readonly length: number;
}

const FULL_LENGTH = 15;
const BUCKETS = 1_000;
const BUCKET_WIDTH = 10 ** (FULL_LENGTH - 3);
const POWERS: readonly number[] = Array.from({ length: FULL_LENGTH + 1 }, (_, exponent) => 10 ** exponent);

export function scaleNumber(e164: E164): ScaledNumber {
  const length = e164.length - 1;
  const number = Number(e164);
  // What stands for an erased number meets the rules for the block of 100 that it is in, and none for single numbers.
  if (Number.isNaN(number)) return { scaled: lineOfStandIn(e164) * power(FULL_LENGTH - length), length: length - 2 };
  return { scaled: number * power(FULL_LENGTH - length), length };
}

/**
 * Prefixes with what hangs on each, found by number: the longest prefix first, then the next shorter that encloses it.
 * Prefixes either nest or do not touch, so they cut the number space into at most 2n + 1 segments, each with one innermost
 * prefix. A lookup is one binary search over the segments' first numbers; the size does not depend on the digits.
 */
export class PrefixIndex<Entry> {
  /** First scaled number of each segment, ascending; the first is 0. */
  readonly #starts: Float64Array;
  /** The innermost prefix of each segment, or -1. */
  readonly #innermost: Int32Array;
  /** Where the search for a number begins, by its first three digits: the segment that holds the first such number. */
  readonly #buckets: Uint32Array;
  /** For each prefix: how many digits, the next shorter prefix that encloses it (or -1), and its entries. */
  readonly #lengths: Uint8Array;
  readonly #outer: Int32Array;
  readonly #entries: readonly (readonly Entry[])[];

  /** `byPrefix`: digits (no `+`) to entries; the entries of one prefix are offered in the order given. */
  constructor(byPrefix: ReadonlyMap<string, readonly Entry[]>) {
    const prefixes = [...byPrefix.keys()].sort(compareNested);
    this.#lengths = Uint8Array.from(prefixes, (prefix) => prefix.length);
    this.#outer = new Int32Array(prefixes.length).fill(-1);
    this.#entries = prefixes.map((prefix) => byPrefix.get(prefix) ?? []);

    const starts: number[] = [0];
    const innermost: number[] = [-1];
    // Later cuts at the same number replace the earlier: the innermost prefix that begins there comes last.
    const cut = (start: number, prefix: number): void => {
      if (starts.at(-1) === start) innermost[innermost.length - 1] = prefix;
      else {
        starts.push(start);
        innermost.push(prefix);
      }
    };
    const open: { readonly index: number; readonly end: number }[] = [];
    const closeUpTo = (scaled: number): void => {
      for (let last = open.at(-1); last !== undefined && last.end <= scaled; last = open.at(-1)) {
        open.pop();
        cut(last.end, open.at(-1)?.index ?? -1);
      }
    };
    for (const [index, prefix] of prefixes.entries()) {
      const width = power(FULL_LENGTH - prefix.length);
      const start = Number(prefix) * width;
      closeUpTo(start);
      this.#outer[index] = open.at(-1)?.index ?? -1;
      cut(start, index);
      open.push({ index, end: start + width });
    }
    closeUpTo(Number.POSITIVE_INFINITY);
    this.#starts = Float64Array.from(starts);
    this.#innermost = Int32Array.from(innermost);
    // Most documents have no rules of a kind, and then nothing is looked up.
    this.#buckets = new Uint32Array(prefixes.length === 0 ? 0 : BUCKETS + 1);
    for (let bucket = 0, segment = 0; bucket < this.#buckets.length; bucket++) {
      while ((starts[segment + 1] ?? Number.POSITIVE_INFINITY) <= bucket * BUCKET_WIDTH) segment++;
      this.#buckets[bucket] = segment;
    }
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** The first entry that `holds`, from the longest prefix of the number to the shortest. */
  find<Query extends ScaledNumber>(query: Query, holds: (entry: Entry, query: Query) => boolean): Entry | undefined {
    if (this.isEmpty) return undefined;
    let prefix = this.#innermostAt(query.scaled);
    while (prefix >= 0) {
      // A prefix with more digits than the number has can only have been met by the zeros that fill it up.
      if ((this.#lengths[prefix] ?? 0) <= query.length) {
        for (const entry of this.#entries[prefix] ?? []) if (holds(entry, query)) return entry;
      }
      prefix = this.#outer[prefix] ?? -1;
    }
    return undefined;
  }

  #innermostAt(scaled: number): number {
    const starts = this.#starts;
    const bucket = Math.floor(scaled / BUCKET_WIDTH);
    let low = this.#buckets[bucket] ?? 0;
    let high = (this.#buckets[bucket + 1] ?? 0) + 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= scaled) low = middle;
      else high = middle;
    }
    return this.#innermost[low] ?? -1;
  }
}

/** By first number; of two that begin at the same number the shorter, which encloses the other, comes first. */
function compareNested(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function power(exponent: number): number {
  return POWERS[exponent] ?? 1;
}
