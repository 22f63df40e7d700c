import { lineOf } from "../detection/detection-query.ts";

/** A text as a whole number below 2^53, not 0: two hashes (FNV-1a with different beginnings) side by side. */
export function keyOfText(text: string): number {
  let [low, high] = [0x811c9dc5, 0x6b43a9b5];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x01000193);
    high ^= high >>> 15;
  }
  return (low >>> 0) * 0x200000 + (high >>> 11) + 1;
}

/** Of a number (`digits` 0), or of the range of all that share it up to its last `digits` digits and are as long. */
export function keyOfRange(e164: string, digits: number): number {
  const length = e164.length - 1;
  const line = lineOf(e164);
  // (the line of a number that was erased lies between two others)
  const range = digits === 0 ? line : Math.floor(line / 10 ** Math.min(digits, length));
  return range * 16 + length;
}
