import { describe, expect, it } from "vitest";
import { DETECTION_PRESETS, PRESETS } from "../detection/detection-settings.ts";
import { containFrom, thresholdsFor } from "./thresholds.ts";

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

  it("ask the outcomes for the less, the more different numbers were turned away, in order above all; never for nothing", () => {
    const thresholds = thresholdsFor(PRESETS.balanced.falseBlockBudget);
    const proof = (numbers: number, inOrder: number): number => containFrom(thresholds, { numbers, inOrder }, 0);
    expect(proof(10, 1)).toBe(thresholds.contain);
    const ofScattered = [10, 100, 200, 400, 1_000, 100_000].map((numbers) => proof(numbers, 0.1));
    expect(ofScattered).toEqual(ofScattered.toSorted((a, b) => b - a));
    expect(proof(200, 0.9)).toBeCloseTo(proof(200, 0.1) - Math.log(20));
    expect(containFrom(thresholds, { numbers: 1e6, inOrder: 1 }, 6)).toBeCloseTo(Math.log(8));
  });
});
