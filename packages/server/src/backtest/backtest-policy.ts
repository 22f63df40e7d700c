import {
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
  /** What accounts above say, the nearest first. */
  readonly above?: readonly PolicyDocument[];
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
  { name, document, above }: BacktestPolicy = { name: "the default policy", document: DEFAULT_POLICY },
  { preset, falseBlockBudget }: DetectionChoice = {},
): BacktestPolicy {
  const budget: DetectionSettings =
    falseBlockBudget !== undefined ? { falseBlockBudget } : preset !== undefined ? { preset } : budgetIn(document);
  const levels = [document, ...(above ?? [])];
  return {
    name,
    document: enforced(levels, budget),
    ...(above !== undefined && { above: above.map((one, at) => enforced(levels.slice(at + 1), budgetIn(one))) }),
  };
}

/** The first of these levels, each of which stands below the next. */
function enforced(levels: readonly PolicyDocument[], budget: DetectionSettings): PolicyDocument {
  const [document = {}] = levels;
  const { preset: _, falseBlockBudget: __, ...others } = document.detection ?? {};
  const purposes = { ...effectiveDetection(levels).purposes };
  for (const purpose of PURPOSES) if (purposes[purpose] === "monitor") purposes[purpose] = "enforce";
  return { ...document, detection: { ...others, ...budget, mode: "enforce", purposes } };
}

function budgetIn({ detection: { preset, falseBlockBudget } = {} }: PolicyDocument): DetectionSettings {
  return { ...(preset !== undefined && { preset }), ...(falseBlockBudget !== undefined && { falseBlockBudget }) };
}

export function falseBlockBudgetOf({ document, above = [] }: BacktestPolicy): number {
  return effectiveDetection([document, ...above]).falseBlockBudget;
}
