import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BLOCK_LEVELS, blockKey } from "../signals/block-table.ts";
import { isPartOf, keyOfScope, newBlocksKey, scopeOfBlock } from "./scope-key.ts";

const lines = fc.integer({ min: 1_000_000, max: 999_999_999_999_999 });

describe("the key of a scope", () => {
  it("is that of its block, and gives the scope back", () => {
    fc.assert(
      fc.property(lines, fc.nat(BLOCK_LEVELS - 1), (line, level) => {
        const key = blockKey(line, level);
        const scope = scopeOfBlock(key);
        expect(keyOfScope(scope)).toBe(key);
        expect(`+${line}`.startsWith(scope.prefix)).toBe(true);
        expect(`+${line}`.length - scope.prefix.length).toBe(Math.log10(scope.size));
      }),
    );
  });

  it("tells parts: a block is inside every larger one around the same number, and in no other", () => {
    fc.assert(
      fc.property(lines, fc.nat(BLOCK_LEVELS - 1), fc.nat(BLOCK_LEVELS - 1), (line, inner, outer) => {
        expect(isPartOf(blockKey(line, inner), blockKey(line, outer))).toBe(inner <= outer);
        expect(isPartOf(blockKey(line + 100_000, inner), blockKey(line, outer))).toBe(false);
      }),
    );
  });

  it("of new blocks is one for each destination and size, and never a block's", () => {
    const keys = Array.from({ length: 200 }, (_, index) => [
      newBlocksKey(index, 10_000),
      newBlocksKey(index, 100_000),
    ]).flat();
    expect(new Set(keys).size).toBe(400);
    expect(Math.max(...keys)).toBeLessThan(0);
  });
});
