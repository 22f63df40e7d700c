import { describe, expect, it } from "vitest";
import { DETECTION_PRESETS, PRESETS } from "../detection/detection-settings.ts";
import { thresholdsFor } from "./thresholds.ts";

describe("the thresholds of a false-block budget", () => {
  it("watch from ten times the inverse of the budget on: ten messages to one false alarm", () => {
    for (const budget of [1e-7, 1e-5, 1e-3, 1e-2])
      expect(Math.exp(thresholdsFor(budget).watch)).toBeCloseTo(10 / budget, 0);
  });

  it("contain only what the outcomes prove, at a twentieth of chance or less", () => {
    for (const budget of [1e-7, 1e-5, 1e-2]) {
      const { watch, contain } = thresholdsFor(budget);
      expect(contain).toBeGreaterThanOrEqual(Math.log(20));
      expect(contain).toBeLessThan(watch);
    }
  });

  it("fall from the careful preset to the strict one", () => {
    const watch = DETECTION_PRESETS.map((preset) => thresholdsFor(PRESETS[preset].falseBlockBudget).watch);
    expect(watch).toEqual(watch.toSorted((a, b) => b - a));
    expect(new Set(watch).size).toBe(3);
  });
});
