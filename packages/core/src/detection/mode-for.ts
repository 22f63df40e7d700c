import type { Purpose } from "../message.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { type DetectionMode, type EffectiveDetection, weakerMode } from "./detection-settings.ts";

/**
 * What detection may do with one message: the weakest of the account's mode, its purpose's, and the word of its destination
 * (or range, or exception), as steps 3 and 4 came to it: `filter` lets the mode stand, `monitor` only records, `allow` does
 * not look.
 */
export function modeFor(
  { mode, purposes }: Pick<EffectiveDetection, "mode" | "purposes">,
  purpose: Purpose,
  destinationWord: Verdict["detection"],
): DetectionMode {
  if (destinationWord === "allow") return "off";
  const allowed = weakerMode(mode, purposes[purpose]);
  return destinationWord === "monitor" ? weakerMode(allowed, "monitor") : allowed;
}
