/**
 * Gives the same string for the same bytes, and makes it only when it is not at hand: for columns with few values that
 * follow each other (accounts, senders, currencies). Bounded: a newer text takes the place of an older one.
 */
export class TextCache {
  readonly #bytes: (Uint8Array | undefined)[] = new Array(SLOTS).fill(undefined);
  readonly #texts: string[] = new Array(SLOTS).fill("");

  /** The UTF-8 text of `bytes[start]` to `bytes[stop - 1]`, without spaces around it. */
  text(bytes: Buffer, start: number, stop: number): string {
    while (start < stop && bytes[start] === SPACE) start += 1;
    while (stop > start && bytes[stop - 1] === SPACE) stop -= 1;
    const length = stop - start;
    if (length === 0) return "";
    if (length > LONGEST) return bytes.toString("utf8", start, stop);
    let hash = 0x811c9dc5;
    for (let at = start; at < stop; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    const slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
    const known = this.#bytes[slot];
    if (known !== undefined && known.length === length) {
      let same = 0;
      while (same < length && known[same] === bytes[start + same]) same += 1;
      if (same === length) return this.#texts[slot] as string;
    }
    const text = bytes.toString("utf8", start, stop);
    // A copy, not a view, which would keep the whole block that it was read with.
    this.#bytes[slot] = Uint8Array.from(bytes.subarray(start, stop));
    this.#texts[slot] = text;
    return text;
  }
}

const SLOTS = 4096;
/** Longer texts are hardly repeated. */
const LONGEST = 64;
const SPACE = 0x20;
