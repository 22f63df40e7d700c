import {
  DEFAULT_DETECTION,
  DETECTION_FIELDS,
  DETECTION_RANGES,
  type DetectionAudit,
  type DetectionSettings,
  type EffectiveDetection,
  isWeaker,
  overlaid,
} from "../detection/detection-settings.ts";
import { PURPOSES } from "../message.ts";
import type { PolicyChange } from "./policy-change.ts";

/** What an absent field could be at most, and at least, where the accounts above are not known. */
const STRICTEST: EffectiveDetection = {
  ...DEFAULT_DETECTION,
  mode: "enforce",
  purposes: { otp: "enforce", notification: "enforce", marketing: "enforce" },
  falseBlockBudget: DETECTION_RANGES.falseBlockBudget.most,
  scoreThreshold: DETECTION_RANGES.scoreThreshold.least,
  audit: undefined,
  whenFailed: "closed",
  whenOutcomesMissing: "challenge_new",
};
const LOOSEST: EffectiveDetection = {
  ...DEFAULT_DETECTION,
  mode: "off",
  purposes: { otp: "off", notification: "off", marketing: "off" },
  falseBlockBudget: DETECTION_RANGES.falseBlockBudget.least,
  scoreThreshold: DETECTION_RANGES.scoreThreshold.most,
  audit: { share: DETECTION_RANGES.share.most, maximumPerDay: DETECTION_RANGES.maximumPerDay.most },
};

/** Field by field. `standsAlone`: what a document leaves out is the default. */
export function diffDetection(
  saidBefore: DetectionSettings | undefined,
  saidAfter: DetectionSettings | undefined,
  standsAlone: boolean,
): readonly PolicyChange[] {
  const [before, after] = [saidBefore ?? {}, saidAfter ?? {}];
  const was = overlaid(standsAlone ? DEFAULT_DETECTION : STRICTEST, before);
  const is = overlaid(standsAlone ? DEFAULT_DETECTION : LOOSEST, after);
  return DETECTION_FIELDS.flatMap((field): readonly PolicyChange[] => {
    if (field !== "purposes") {
      return changeOf(`detection.${field}`, before[field], after[field], loosensField(field, was, is));
    }
    return PURPOSES.flatMap((purpose) =>
      changeOf(
        `detection.purposes.${purpose}`,
        before.purposes?.[purpose],
        after.purposes?.[purpose],
        isWeaker(is.purposes[purpose], was.purposes[purpose]),
      ),
    );
  });
}

function loosensField(
  field: Exclude<keyof DetectionSettings, "purposes">,
  was: EffectiveDetection,
  is: EffectiveDetection,
): boolean {
  switch (field) {
    case "mode":
      return isWeaker(is.mode, was.mode);
    case "preset":
    case "falseBlockBudget":
      return is.falseBlockBudget < was.falseBlockBudget;
    case "scoreThreshold":
      return is.scoreThreshold > was.scoreThreshold;
    case "audit":
      return is.audit !== undefined && !isWithin(is.audit, was.audit);
    case "whenFailed":
      return was.whenFailed === "closed" && is.whenFailed !== "closed";
    case "whenOutcomesMissing":
      return was.whenOutcomesMissing === "challenge_new" && is.whenOutcomesMissing !== "challenge_new";
    // How long a message waits and where evidence comes from stop nothing by themselves.
    case "holdSeconds":
    case "shareEvidence":
      return false;
  }
}

function isWithin(audit: DetectionAudit, limit: DetectionAudit | undefined): boolean {
  return limit !== undefined && audit.share <= limit.share && audit.maximumPerDay <= limit.maximumPerDay;
}

function changeOf(path: string, before: unknown, after: unknown, loosens: boolean): readonly PolicyChange[] {
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after, loosens }];
}
