import { parseRecipient } from "@safeguard/core";
import { describe, expect, it } from "vitest";
import { HOME_DESTINATIONS, PUMPED_DESTINATIONS, wideRange } from "../attacks/target.ts";
import { Random } from "../random/random.ts";
import { MARKETS } from "../world/markets.ts";
import { BLOCK } from "./blocks-in-use.ts";
import { e164Of, isValidIn, isValidRange, numberPlanOf, PLANNED_DESTINATIONS } from "./number-plan.ts";
import { Population } from "./population.ts";

describe("number plans", () => {
  it("cover every market, with at least 40 destinations", () => {
    expect(PLANNED_DESTINATIONS.length).toBeGreaterThanOrEqual(40);
    expect([...PLANNED_DESTINATIONS].sort()).toEqual(MARKETS.map(({ destination }) => destination).sort());
  });

  it.each(PLANNED_DESTINATIONS)("of %s yield only mobile numbers that are valid there", (destination) => {
    const random = Random.of(1, "plan", destination);
    const blocks = new Population(1, 1.3).blocksOf(destination);
    const numbers = [
      ...Array.from({ length: 300 }, (_, index) => blocks.draw(index >> 5, random)),
      ...Array.from({ length: 20 }, () => blocks.unused(random) + random.integer(BLOCK)),
      blocks.drawBefore(random),
      blocks.popular(0),
    ];
    for (const number of numbers) {
      const result = parseRecipient(e164Of(number), "native");
      if (!result.ok) throw new Error(`${e164Of(number)}: ${result.code}`);
      expect(result.recipient).toMatchObject({ e164: e164Of(number), candidates: [destination], valid: true });
      expect(["mobile", "fixed_or_mobile"]).toContain(result.recipient.type);
    }
    expect(numberPlanOf(destination).operators.length).toBeGreaterThanOrEqual(1);
  });

  it.each([...PUMPED_DESTINATIONS, ...HOME_DESTINATIONS])("of %s have ranges of 100,000 to attack", (destination) => {
    const range = wideRange(destination, Random.of(1, destination));
    expect(range.first % range.size).toBe(0);
    expect(isValidRange(destination, range.first, range.size)).toBe(true);
  });
});

describe("blocks in use", () => {
  it("are popular to very different degrees, more so with a heavier tail", () => {
    const share = (sigma: number): number => {
      const random = Random.of(2, "tail");
      const blocks = new Population(2, sigma).blocksOf("DE");
      const counts = new Map<number, number>();
      for (let draws = 0; draws < 20_000; draws += 1) {
        const block = Math.floor(blocks.draw(0, random) / BLOCK);
        counts.set(block, (counts.get(block) ?? 0) + 1);
      }
      const largest = [...counts.values()].sort((a, b) => b - a).slice(0, 30);
      return largest.reduce((sum, count) => sum + count, 0) / 20_000;
    };
    expect(share(1.3)).toBeGreaterThan(0.05);
    expect(share(2.2)).toBeGreaterThan(2 * share(1.3));
  });

  it("drift slowly: after a month most people still have numbers in the old blocks, and some in new ones", () => {
    const random = Random.of(3, "drift");
    const blocks = new Population(3, 1.3).blocksOf("NL");
    const before = new Set(Array.from({ length: 60_000 }, () => Math.floor(blocks.draw(0, random) / BLOCK)));
    const after = Array.from({ length: 20_000 }, () => Math.floor(blocks.draw(30, random) / BLOCK));
    const old = after.filter((block) => before.has(block)).length / after.length;
    expect(old).toBeGreaterThan(0.8);
    expect(old).toBeLessThan(0.999);
  });

  it("are not the ones that are called unused", () => {
    const random = Random.of(4, "unused");
    const blocks = new Population(4, 1.3).blocksOf("TJ");
    const unused = new Set(Array.from({ length: 50 }, () => blocks.unused(random)));
    for (let draws = 0; draws < 20_000; draws += 1) {
      const number = blocks.draw(0, random);
      expect(unused.has(number - (number % BLOCK))).toBe(false);
    }
    expect(isValidIn("TJ", blocks.popular(3))).toBe(true);
  });
});
