import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fullestWindow, numbersPerColumn, usualWindow, windowSizes } from "./number-window.ts";

describe("where to look at a number line", () => {
  it("is where nearly all attempts are, as close as possible", () => {
    const run = Array.from({ length: 48 }, (_, index) => 4_020 + index);
    expect(usualWindow(run, 10_000)).toEqual({ start: 4_020, size: 100 });
    expect(usualWindow([...run, 9_000], 10_000)).toEqual({ start: 4_020, size: 100 });
    expect(usualWindow([1, 5_000, 9_999], 10_000)).toEqual({ start: 0, size: 10_000 });
    expect(usualWindow([], 10_000)).toEqual({ start: 0, size: 100 });
  });

  it("stays on the line", () => {
    expect(fullestWindow([9_995, 9_999], 100, 10_000)).toEqual({ start: 9_900, size: 100 });
    expect(windowSizes(10_000)).toEqual([100, 1_000, 10_000]);
    expect(windowSizes(100)).toEqual([100]);
  });

  it("shows as many attempts as any other place of a tenth would", () => {
    const offsets = fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(offsets, (list) => {
        const inside = (start: number) => list.filter((offset) => offset >= start && offset < start + 100).length;
        const { start } = fullestWindow(list, 100, 1_000);
        for (let other = 0; other <= 900; other += 10) expect(inside(start)).toBeGreaterThanOrEqual(inside(other));
      }),
    );
  });
});

describe("how many numbers a column stands for", () => {
  it("is round, and no finer than what is told", () => {
    expect(numbersPerColumn(100, 60, 1)).toBe(2);
    expect(numbersPerColumn(100, 100, 1)).toBe(1);
    expect(numbersPerColumn(100, 100, 10)).toBe(10);
    expect(numbersPerColumn(10_000, 120, 10)).toBe(100);
    expect(numbersPerColumn(100_000, 120, 10)).toBe(1_000);
  });
});
