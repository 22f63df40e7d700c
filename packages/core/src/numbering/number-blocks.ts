import type { E164 } from "./e164.ts";

/** The numbers that share all but their last digits. */
export interface NumberBlock {
  /** `+` and the digits that its numbers share. */
  readonly prefix: string;
  /** How many numbers: 10 to 100,000. */
  readonly size: number;
}

/** The blocks of 10, 100, 1,000, 10,000 and 100,000 numbers around a number, the smallest first. */
export function numberBlocks(e164: E164): readonly NumberBlock[] {
  return SIZES.map((size, digits) => ({ prefix: e164.slice(0, -1 - digits), size }));
}

const SIZES = [10, 100, 1_000, 10_000, 100_000] as const;
