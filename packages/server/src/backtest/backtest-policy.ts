import {
  DEFAULT_DETECTION,
  DEFAULT_POLICY,
  type DetectionPreset,
  type DetectionSettings,
  effectiveDetection,
  type PolicyDocument,
  PURPOSES,
} from "@safeguard/core";

/** The policy that a backtest decides by. */
export interface BacktestPolicy {
  /** For people: the file's name, or `the default policy`. */
  readonly name: string;
  readonly document: PolicyDocument;
}

/** What the command line says of detection, before what the policy says. */
export interface DetectionChoice {
  readonly preset?: DetectionPreset | undefined;
  readonly falseBlockBudget?: number | undefined;
}

/**
 * A policy as a backtest runs it: detection acts wherever the policy lets it look, because what it would do is the
 * question. What the policy takes out of detection (a purpose that is off, a destination that is allowed) stays out.
 */
export function backtestPolicy(
  { name, document }: BacktestPolicy = { name: "the default policy", document: DEFAULT_POLICY },
  { preset, falseBlockBudget }: DetectionChoice = {},
): BacktestPolicy {
  const { preset: ownPreset, falseBlockBudget: ownBudget, ...others } = document.detection ?? {};
  const budget: DetectionSettings =
    falseBlockBudget !== undefined
      ? { falseBlockBudget }
      : preset !== undefined
        ? { preset }
        : {
            ...(ownPreset !== undefined && { preset: ownPreset }),
            ...(ownBudget !== undefined && { falseBlockBudget: ownBudget }),
          };
  const purposes = { ...DEFAULT_DETECTION.purposes, ...others.purposes };
  for (const purpose of PURPOSES) if (purposes[purpose] === "monitor") purposes[purpose] = "enforce";
  return { name, document: { ...document, detection: { ...others, ...budget, mode: "enforce", purposes } } };
}

export function falseBlockBudgetOf({ document }: BacktestPolicy): number {
  return effectiveDetection([document]).falseBlockBudget;
}
