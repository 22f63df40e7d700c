import { describe, expect, it } from "vitest";
import { RecordIds } from "../store/record-ids.ts";
import { drawOf } from "./draw-of.ts";

describe("the audit's draw", () => {
  const ids = new RecordIds(Buffer.alloc(32, 7), 1n);
  const draws = Array.from({ length: 20_000 }, (_, index) => drawOf(ids.idOf(index + 1)));

  it("is from 0 to 1, and the same again for the same message", () => {
    for (const draw of draws) expect(draw >= 0 && draw < 1).toBe(true);
    expect(drawOf(ids.idOf(77))).toBe(draws[76]);
  });

  it("falls below a share that often", () => {
    for (const share of [0.02, 0.5]) {
      const below = draws.filter((draw) => draw < share).length;
      // Five standard deviations.
      expect(Math.abs(below - share * draws.length)).toBeLessThan(5 * Math.sqrt(draws.length * share * (1 - share)));
    }
  });
});
