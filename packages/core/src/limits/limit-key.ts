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
  return Math.floor(lineOf(e164) / 10 ** Math.min(digits, length)) * 16 + length;
}

/**
 * The network that an end user's address stands for: an IPv4 address is one person's, of an IPv6 address its first 64 bits
 * are, because the rest is his to choose. What is no address stands for itself.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [text = ""] = address.toLowerCase().split("%");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = "", tail] = text.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const end = tail === "" ? [] : tail.split(":");
    // A dotted end is two groups.
    const missing = 8 - groups.length - end.length - (tail.includes(".") ? 1 : 0);
    for (let index = 0; index < missing; index++) groups.push("0");
    groups.push(...end);
  }
  const first = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${first.join(":")}::/64`;
}
