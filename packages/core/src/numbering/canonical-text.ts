import type { E164 } from "./e164.ts";

/**
 * `+` and the 7 to 15 ASCII digits from `start` to `end`. One call with its arguments written out is twice as fast as
 * adding up characters, spreading the bytes or a decoder; what it reads past the end is cut off again.
 */
export function canonicalText(bytes: Uint8Array, start: number, end: number): E164 {
  if (end - start < 7 || end - start > 15) throw new RangeError("a canonical number has 7 to 15 digits");
  const text = String.fromCharCode(
    PLUS,
    bytes[start] as number,
    bytes[start + 1] as number,
    bytes[start + 2] as number,
    bytes[start + 3] as number,
    bytes[start + 4] as number,
    bytes[start + 5] as number,
    bytes[start + 6] as number,
    bytes[start + 7] as number,
    bytes[start + 8] as number,
    bytes[start + 9] as number,
    bytes[start + 10] as number,
    bytes[start + 11] as number,
    bytes[start + 12] as number,
    bytes[start + 13] as number,
    bytes[start + 14] as number,
  );
  return text.slice(0, end - start + 1) as E164;
}

const PLUS = 0x2b;
