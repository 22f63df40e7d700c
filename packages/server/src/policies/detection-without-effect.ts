import { type DetectionSettings, effectiveDetection, type PolicyDocument, PRESETS, PURPOSES } from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import type { Problem } from "../api/service-error.ts";
import type { PolicyReadDeps } from "./policy-services.ts";
import { decidingLevels } from "./without-effect.ts";

/** Where an account above has locked detection, what this one says that is looser: saved, and without effect for now. */
export function detectionWithoutEffect(
  deps: PolicyReadDeps,
  context: AccountContext,
  policy: string,
  said: DetectionSettings | undefined,
  /** Where `said` stands in the request. */
  place: "" | "document.detection.",
  /** Instead of what decides now, for a revision that waits. */
  document?: PolicyDocument,
): readonly Problem[] {
  if (said === undefined) return [];
  const levels = decidingLevels(deps, context, policy, document);
  if (levels.length < 2) return [];
  const { mode, purposes, falseBlockBudget, scoreThreshold, audit } = effectiveDetection(
    levels.map((level) => level.document),
  );
  const problems: Problem[] = [];
  const stays = (field: string, words: string): void => {
    problems.push({ field: `${place}${field}`, message: `${words}, which an account above has locked` });
  };
  if (said.mode !== undefined && said.mode !== mode) stays("mode", `detection's mode stays ${mode}`);
  for (const purpose of PURPOSES) {
    const wanted = said.purposes?.[purpose];
    if (wanted === undefined || wanted === purposes[purpose]) continue;
    stays(`purposes.${purpose}`, `detection's mode for ${purpose} stays ${purposes[purpose]}`);
  }
  const ofPreset = said.preset === undefined ? undefined : PRESETS[said.preset].falseBlockBudget;
  const budget = said.falseBlockBudget ?? ofPreset;
  if (budget !== undefined && budget !== falseBlockBudget) {
    const field = ofPreset === undefined ? "falseBlockBudget" : "preset";
    stays(field, `detection's false-block budget stays ${falseBlockBudget}`);
  }
  if (said.scoreThreshold !== undefined && said.scoreThreshold !== scoreThreshold) {
    stays("scoreThreshold", `detection's score threshold stays ${scoreThreshold}`);
  }
  const isReleased = said.audit !== undefined && said.audit.maximumPerDay > 0;
  if (isReleased && (audit?.share !== said.audit.share || audit.maximumPerDay !== said.audit.maximumPerDay)) {
    const released = audit === undefined ? "nothing" : `${audit.share}, at most ${audit.maximumPerDay} a day`;
    stays("audit", `detection's audit releases ${released}`);
  }
  return problems;
}
