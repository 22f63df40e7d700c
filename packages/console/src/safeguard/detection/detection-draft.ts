import type { DetectionMode, DetectionSettings, EffectiveDetection, Policy, PolicyDocument } from "@safeguard/client";
import { type Edit, isSame, withField } from "../saving/policy-edits.ts";

export const MODES: readonly DetectionMode[] = ["off", "monitor", "enforce"];
export const PURPOSES = ["otp", "notification", "marketing"] as const;
export type DetectionPurpose = (typeof PURPOSES)[number];

export const PRESETS = { careful: 1e-6, balanced: 1e-5, strict: 1e-4 } as const;
export type Preset = keyof typeof PRESETS;

/** What holds where nobody says anything. */
const DEFAULTS: EffectiveDetection = {
  mode: "monitor",
  purposes: { otp: "enforce", notification: "off", marketing: "off" },
  falseBlockBudget: PRESETS.balanced,
  scoreThreshold: 50,
  holdSeconds: 15,
  audit: null,
  shareEvidence: false,
  whenFailed: "rules_only",
  whenOutcomesMissing: "open_said",
};

/** What the settings come to on top of others, field by field. */
export function overlaid(base: EffectiveDetection, said: DetectionSettings = {}): EffectiveDetection {
  const { preset, audit, purposes, ...same } = said;
  const ofPreset = preset === undefined ? undefined : PRESETS[preset];
  return {
    ...base,
    ...same,
    purposes: { ...base.purposes, ...purposes },
    falseBlockBudget: said.falseBlockBudget ?? ofPreset ?? base.falseBlockBudget,
    audit: audit === undefined ? base.audit : audit.maximumPerDay === 0 ? null : audit,
  };
}

/** What holds where the account says nothing itself. */
export function inheritedDetection(above: Policy["above"]): EffectiveDetection {
  return above.toReversed().reduce((base, { document }) => overlaid(base, document.detection), DEFAULTS);
}

/** Has an account above locked it? Only what is stricter counts then. */
export function isLockedAbove(above: Policy["above"]): boolean {
  return above.some(({ document }) => document.locked?.includes("detection") === true);
}

/** The weaker of two modes: what acts on a message of a purpose. */
export function weaker(one: DetectionMode, other: DetectionMode): DetectionMode {
  return MODES.indexOf(one) < MODES.indexOf(other) ? one : other;
}

/** One setting anew; undefined: as the account above says, or the default. */
export function detectionEdit<F extends keyof DetectionSettings>(
  field: F,
  value: DetectionSettings[F] | undefined,
): Edit {
  return (document) => withField(document, "detection", withField(document.detection ?? {}, field, value));
}

export function purposeEdit(purpose: DetectionPurpose, mode: DetectionMode | undefined): Edit {
  return (document) =>
    detectionEdit("purposes", withField(document.detection?.purposes ?? {}, purpose, mode))(document);
}

/** The budget, by name where it has one; undefined: as above. */
export function budgetEdit(budget: number | undefined): Edit {
  const preset = budget === undefined ? undefined : presetOf(budget);
  return (document) => {
    const named = detectionEdit("preset", preset)(document);
    return detectionEdit("falseBlockBudget", preset === undefined ? budget : undefined)(named);
  };
}

export function presetOf(budget: number): Preset | undefined {
  return (Object.keys(PRESETS) as Preset[]).find((name) => Math.abs(PRESETS[name] / budget - 1) < 1e-9);
}

/** The budgets of the slider: 1, 2 and 5 of each power of ten, 1e-7 to 1e-2. */
export const BUDGETS: readonly number[] = [-7, -6, -5, -4, -3]
  .flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)))
  .concat(1e-2);

/** Where on the slider a budget stands: at the nearest. */
export function positionOf(budget: number): number {
  const distance = (one: number): number => Math.abs(Math.log(one / budget));
  return BUDGETS.reduce((best, one, index) => (distance(one) < distance(BUDGETS[best] ?? 0) ? index : best), 0);
}

/** The change of detection alone, as the API takes it; undefined: only the whole document can say it. */
export function detectionChange(
  saved: PolicyDocument,
  document: PolicyDocument,
): Readonly<Record<string, unknown>> | undefined {
  const [before, after] = [saved.detection ?? {}, document.detection ?? {}];
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof DetectionSettings)[];
  const changed = fields.filter((field) => !isSame(before[field], after[field]));
  const dropped = PURPOSES.some(
    (purpose) => before.purposes?.[purpose] !== undefined && after.purposes?.[purpose] === undefined,
  );
  if (dropped && after.purposes !== undefined) return undefined;
  // Budget and preset are two names for one thing: saying one takes the other away.
  const isReplaced = (field: string): boolean =>
    (field === "preset" && after.falseBlockBudget !== undefined) ||
    (field === "falseBlockBudget" && after.preset !== undefined);
  return Object.fromEntries(
    changed
      .filter((field) => after[field] !== undefined || !isReplaced(field))
      .map((field) => [field, after[field] ?? null]),
  );
}
