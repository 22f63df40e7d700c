import type { Random } from "./random.ts";

/** All texts of three digits or letters for 15 bits: much faster than writing a number to base 36. */
const TRIPLETS: readonly string[] = Array.from({ length: 0x8000 }, (_, index) =>
  (index + 36 * 36).toString(36).padStart(3, "0"),
);

/** Six characters of 30 bits. */
export function opaqueText(bits: number): string {
  return `${TRIPLETS[bits & 0x7fff]}${TRIPLETS[(bits >>> 15) & 0x7fff]}`;
}

/** Twelve characters that tell nothing of what they name. */
export function opaqueId(random: Random): string {
  return opaqueText(random.bits()) + opaqueText(random.bits());
}
