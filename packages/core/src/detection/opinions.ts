import type { EpochMilliseconds } from "../brand.ts";
import type { Watch } from "../containment/watch.ts";
import type { DetectionOpinion, DetectionResult, UnansweredLimit } from "./detection-finding.ts";

export function limited(limit: UnansweredLimit): DetectionResult {
  return { opinion: { action: "challenge", reason: "number_unanswered", limit }, score: 100, incident: undefined };
}

export function lockedDown(until: number): DetectionResult {
  const opinion = { action: "block", reason: "lockdown", until: until as EpochMilliseconds } as const;
  return { opinion, score: 100, incident: undefined };
}

export const UNHEARD: DetectionResult = {
  opinion: { action: "challenge", reason: "outcomes_missing" },
  score: 50,
  incident: undefined,
};

export function containedOpinion({ evidence, contained }: Watch): DetectionOpinion {
  const by = contained?.cause === "operator" ? ({ by: "operator" } as const) : {};
  return { action: "block", reason: "range_contained", scope: evidence.scope, evidence, ...by };
}

export function surge({ evidence }: Watch): "range_surge" | "new_blocks_surge" {
  return evidence.scope.type === "block" ? "range_surge" : "new_blocks_surge";
}

export function watchedScore({ evidence }: Watch): number {
  return scoreOf(evidence.total, evidence.threshold);
}

export function scoreOf(total: number, watchFrom: number): number {
  return Math.min(Math.max(Math.round((50 * total) / watchFrom), 50), 99);
}

export function result(watch: Watch | undefined, opinion: DetectionOpinion, score: number): DetectionResult {
  const incident = watch === undefined || watch.incident === 0 ? undefined : watch.incident;
  return { opinion, score, incident };
}
