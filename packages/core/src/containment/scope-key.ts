import type { Scope } from "../detectors/evidence.ts";
import { blockKey, blockRange, LEVEL_10K, LEVEL_100K } from "../signals/block-table.ts";

/** The sizes of new blocks that are watched, with their place among the levels of blocks: the larger ones first. */
export const NEW_BLOCK_SIZES: readonly (readonly [size: 10_000 | 100_000, level: number])[] = [
  [100_000, LEVEL_100K],
  [10_000, LEVEL_10K],
];

/** The key of a destination's new blocks of 10,000 or of 100,000 numbers: below zero, where no block's key is. */
export function newBlocksKey(destination: number, size: 10_000 | 100_000): number {
  return -(destination * 2 + (size === 10_000 ? 1 : 2));
}

export function scopeOfBlock(key: number): Extract<Scope, { readonly type: "block" }> {
  const { first, size } = blockRange(key);
  return { type: "block", prefix: `+${first / size}`, size };
}

export function keyOfScope({ prefix, size }: Extract<Scope, { readonly type: "block" }>): number {
  return blockKey(Number(prefix.slice(1)) * size, Math.round(Math.log10(size)) - 2);
}

/** Is the block of this key inside the one of that? */
export function isPartOf(key: number, parent: number): boolean {
  const { first, size } = blockRange(parent);
  const part = blockRange(key);
  return part.first >= first && part.first + part.size <= first + size;
}
