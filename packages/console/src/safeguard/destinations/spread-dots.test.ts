import { expect, it } from "vitest";
import { spreadDots } from "./spread-dots.ts";

it("moves what is too near apart, and nothing else", () => {
  const spread = spreadDots(
    [
      { code: "AI", x: 0, y: 0 },
      { code: "SX", x: 0, y: 0 },
      { code: "MS", x: 3, y: 1 },
      { code: "FO", x: 100, y: 0 },
    ],
    8,
  );
  for (const [index, one] of spread.entries()) {
    for (const other of spread.slice(index + 1)) {
      expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThanOrEqual(8);
    }
  }
  expect(spread.at(-1)).toEqual({ code: "FO", x: 100, y: 0 });
});
