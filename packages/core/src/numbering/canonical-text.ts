import type { E164 } from "./e164.ts";

/**
 * `+` and the 7 to 15 ASCII digits from `start` to `end`. One call with its arguments written out is five to ten times
 * as fast as adding up characters or spreading the bytes, and takes a third of a parse.
 */
export function canonicalText(bytes: Uint8Array, start: number, end: number): E164 {
  switch (end - start) {
    case 7:
      return text(
        PLUS,
        bytes[start + 0] as number,
        bytes[start + 1] as number,
        bytes[start + 2] as number,
        bytes[start + 3] as number,
        bytes[start + 4] as number,
        bytes[start + 5] as number,
        bytes[start + 6] as number,
      ) as E164;
    case 8:
      return text(
        PLUS,
        bytes[start + 0] as number,
        bytes[start + 1] as number,
        bytes[start + 2] as number,
        bytes[start + 3] as number,
        bytes[start + 4] as number,
        bytes[start + 5] as number,
        bytes[start + 6] as number,
        bytes[start + 7] as number,
      ) as E164;
    case 9:
      return text(
        PLUS,
        bytes[start + 0] as number,
        bytes[start + 1] as number,
        bytes[start + 2] as number,
        bytes[start + 3] as number,
        bytes[start + 4] as number,
        bytes[start + 5] as number,
        bytes[start + 6] as number,
        bytes[start + 7] as number,
        bytes[start + 8] as number,
      ) as E164;
    case 10:
      return text(
        PLUS,
        bytes[start + 0] as number,
        bytes[start + 1] as number,
        bytes[start + 2] as number,
        bytes[start + 3] as number,
        bytes[start + 4] as number,
        bytes[start + 5] as number,
        bytes[start + 6] as number,
        bytes[start + 7] as number,
        bytes[start + 8] as number,
        bytes[start + 9] as number,
      ) as E164;
    case 11:
      return text(
        PLUS,
        bytes[start + 0] as number,
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
      ) as E164;
    case 12:
      return text(
        PLUS,
        bytes[start + 0] as number,
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
      ) as E164;
    case 13:
      return text(
        PLUS,
        bytes[start + 0] as number,
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
      ) as E164;
    case 14:
      return text(
        PLUS,
        bytes[start + 0] as number,
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
      ) as E164;
    case 15:
      return text(
        PLUS,
        bytes[start + 0] as number,
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
      ) as E164;
    default:
      throw new RangeError("a canonical number has 7 to 15 digits");
  }
}

const PLUS = 0x2b;
const text = String.fromCharCode;
