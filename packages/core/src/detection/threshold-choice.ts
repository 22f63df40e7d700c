import { type Thresholds, thresholdsFor } from "../detectors/thresholds.ts";
import type { DetectionQuery } from "./detection-query.ts";

/** The thresholds that follow from a policy's false-block budget and score; those of the last question are at hand. */
export class ThresholdChoice {
  #held: { readonly budget: number; readonly score: number; readonly values: Thresholds } | undefined;

  for({ falseBlockBudget, scoreThreshold }: DetectionQuery): Thresholds {
    const held = this.#held;
    if (held !== undefined && held.budget === falseBlockBudget && held.score === scoreThreshold) return held.values;
    const { watch, contain } = thresholdsFor(falseBlockBudget);
    const values = { watch: (watch * scoreThreshold) / 50, contain: (contain * scoreThreshold) / 50 };
    this.#held = { budget: falseBlockBudget, score: scoreThreshold, values };
    return values;
  }
}
