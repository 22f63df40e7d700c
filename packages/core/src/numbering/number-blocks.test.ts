import { expect, it } from "vitest";
import type { E164 } from "./e164.ts";
import { numberBlocks } from "./number-blocks.ts";

it("names the blocks around a number, the smallest first", () => {
  expect(numberBlocks("+31612345678" as E164)).toEqual([
    { prefix: "+3161234567", size: 10 },
    { prefix: "+316123456", size: 100 },
    { prefix: "+31612345", size: 1_000 },
    { prefix: "+3161234", size: 10_000 },
    { prefix: "+316123", size: 100_000 },
  ]);
});
