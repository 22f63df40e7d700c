import {
  DETECTION_MODES,
  DETECTION_PRESETS,
  DETECTION_RANGES,
  type EffectiveDetection,
  WHEN_FAILED,
  WHEN_OUTCOMES_MISSING,
} from "@safeguard/core";
import { z } from "zod";

const modeView = z.enum(DETECTION_MODES);

function numberIn(name: keyof typeof DETECTION_RANGES) {
  const { least, most, whole } = DETECTION_RANGES[name];
  return (whole ? z.int() : z.number()).min(least).max(most);
}

const auditView = z.strictObject({
  share: numberIn("share").describe("Of the messages that detection alone would stop, this share is released."),
  maximumPerDay: numberIn("maximumPerDay").describe("Most of them on one UTC day. 0: none."),
});

const fields = {
  mode: modeView.describe(
    "The most that detection may do: nothing, record what it would do, or act. Default monitor. Where the destination says `monitor` or `allow`, that holds.",
  ),
  purposes: z
    .strictObject({
      otp: modeView.exactOptional(),
      notification: modeView.exactOptional(),
      marketing: modeView.exactOptional(),
    })
    .describe("The most that it may do by purpose of the message. Default otp enforce, the others off."),
  preset: z
    .enum(DETECTION_PRESETS)
    .describe("A false-block budget by name: careful 0.000001, balanced 0.00001 (default), strict 0.0001."),
  falseBlockBudget: numberIn("falseBlockBudget").describe(
    "Share of legitimate messages that may be stopped by mistake: a larger one stops attacks sooner. Not beside preset.",
  ),
  scoreThreshold: numberIn("scoreThreshold").describe(
    "Risk score from which it acts. Default 50: where the evidence reaches the budget's threshold.",
  ),
  holdSeconds: numberIn("holdSeconds").describe("Longest wait of a held message. Default 15; 0: it never waits."),
  audit: auditView.describe("Releases some stopped messages, to learn how many were legitimate. Default: none."),
  shareEvidence: z
    .boolean()
    .describe("Give and take evidence across accounts: counts of number blocks, never numbers. Default false."),
  whenFailed: z
    .enum(WHEN_FAILED)
    .describe(
      "A message that detection failed on: rules and limits decide alone (rules_only, default), or it is blocked (closed).",
    ),
  whenOutcomesMissing: z
    .enum(WHEN_OUTCOMES_MISSING)
    .describe(
      "While no outcomes are reported, new numbers pass and an alert says so (open_said, default), or prove themselves first where detection may act (challenge_new).",
    ),
} as const;

/** {@link DetectionSettings} in JSON: what one account says. */
export const detectionView = z
  .strictObject({
    mode: fields.mode.exactOptional(),
    purposes: fields.purposes.exactOptional(),
    preset: fields.preset.exactOptional(),
    falseBlockBudget: fields.falseBlockBudget.exactOptional(),
    scoreThreshold: fields.scoreThreshold.exactOptional(),
    holdSeconds: fields.holdSeconds.exactOptional(),
    audit: fields.audit.exactOptional(),
    shareEvidence: fields.shareEvidence.exactOptional(),
    whenFailed: fields.whenFailed.exactOptional(),
    whenOutcomesMissing: fields.whenOutcomesMissing.exactOptional(),
  })
  .describe("What detection may do with messages that the rules let pass.");

/** The same as a change: what is left out stays, `null` is taken from above again. */
export const detectionChangeBody = {
  mode: fields.mode.nullable().exactOptional(),
  purposes: fields.purposes.nullable().exactOptional(),
  preset: fields.preset.nullable().exactOptional(),
  falseBlockBudget: fields.falseBlockBudget.nullable().exactOptional(),
  scoreThreshold: fields.scoreThreshold.nullable().exactOptional(),
  holdSeconds: fields.holdSeconds.nullable().exactOptional(),
  audit: fields.audit.nullable().exactOptional(),
  shareEvidence: fields.shareEvidence.nullable().exactOptional(),
  whenFailed: fields.whenFailed.nullable().exactOptional(),
  whenOutcomesMissing: fields.whenOutcomesMissing.nullable().exactOptional(),
} as const;

/** What holds in the end, with the accounts above and the defaults. */
export const effectiveDetectionView = z
  .object({
    mode: modeView,
    purposes: z.object({ otp: modeView, notification: modeView, marketing: modeView }),
    falseBlockBudget: z.number(),
    scoreThreshold: z.number(),
    holdSeconds: z.number(),
    audit: auditView.nullable(),
    shareEvidence: z.boolean(),
    whenFailed: z.enum(WHEN_FAILED),
    whenOutcomesMissing: z.enum(WHEN_OUTCOMES_MISSING),
  })
  .meta({ id: "EffectiveDetection" });

export type EffectiveDetectionView = z.infer<typeof effectiveDetectionView>;

export function viewOfDetection({ audit, ...same }: EffectiveDetection): EffectiveDetectionView {
  return { ...same, purposes: { ...same.purposes }, audit: audit === undefined ? null : { ...audit } };
}
