import type { EpochMilliseconds } from "../brand.ts";
import type { DetectionOpinion } from "../detection/detection-finding.ts";
import { explainEvidence, explainScope } from "../detectors/explain-evidence.ts";
import { explainLimit } from "../limits/explain-limit.ts";
import type { LimitFinding } from "../limits/limit-finding.ts";
import { REASONS, type ReasonCode } from "./reason-code.ts";
import type { DetectionFinding, PolicyFinding, Verdict } from "./verdict.ts";

/** How a reader calls things; without it, codes stand in the sentence. */
export interface VerdictNames {
  destination?(code: string): string | undefined;
}

const ACTIONS: Readonly<Record<Verdict["action"], string>> = {
  allow: "Allowed",
  hold: "Held",
  challenge: "Challenged",
  block: "Blocked",
};

const WOULD: Readonly<Record<Verdict["action"], string>> = {
  allow: "allowed",
  hold: "held",
  challenge: "challenged",
  block: "blocked",
};

/**
 * What was decided, why, and whose rule it was: `Blocked: Belgium is blocked, by a rule of the account above.` Where
 * detection only monitors, a second sentence says what it would have done.
 */
export function explainVerdict(verdict: Verdict, names: VerdictNames = {}): string {
  const limit = decidingLimit(verdict);
  if (limit !== undefined)
    return `${ACTIONS[verdict.action]}: ${fill(limit.reason, explainLimit(limit), names)}${origin(limit.level)}.`;
  const detection = detectionFinding(verdict);
  const decided =
    detection !== undefined && detection.opinion.reason === verdict.reason
      ? `${ACTIONS[verdict.action]}: ${fill(verdict.reason, detectionFillings(detection.opinion, names), names)}.`
      : explainPolicy(verdict, names);
  if (verdict.would === undefined || detection?.opinion.reason === undefined) return decided;
  const would = fill(detection.opinion.reason, detectionFillings(detection.opinion, names), names);
  return `${decided} Would have been ${WOULD[verdict.would]}, were detection enforced: ${would}.`;
}

function explainPolicy(verdict: Verdict, names: VerdictNames): string {
  const finding = decidingFinding(verdict);
  const reason = fill(verdict.reason, finding?.ground ?? {}, names);
  return `${ACTIONS[verdict.action]}: ${reason}${origin(finding?.level ?? 0)}.`;
}

/** The rule whose reason the verdict has. Undefined: none, or not a rule. */
export function decidingFinding(verdict: Verdict): PolicyFinding | undefined {
  const isBlock = verdict.action === "block";
  const findings = verdict.findings.filter((finding) => finding.type === "policy");
  const matching = findings.filter(
    (finding) => finding.reason === verdict.reason && (finding.action === "block") === isBlock,
  );
  // A trusted number may have set the account's own block aside; then the one above it decided.
  const setAside = isBlock && findings.some((finding) => finding.reason === "exception_trusted");
  return setAside ? matching.at(-1) : matching[0];
}

/** The limit whose reason the verdict has. Undefined: no limit stopped it. */
export function decidingLimit({ findings, reason, action }: Verdict): LimitFinding | undefined {
  if (action === "allow") return undefined;
  return findings.find((finding): finding is LimitFinding => finding.type === "limit" && finding.reason === reason);
}

/** When a message that a limit stopped may go, if nothing else does; undefined: none stopped it, or waiting does not help. */
export function limitRetryAt({ findings }: Verdict): EpochMilliseconds | undefined {
  let latest: EpochMilliseconds | undefined;
  for (const finding of findings) {
    if (finding.type !== "limit") continue;
    if (finding.retryAt === undefined) return undefined;
    if (latest === undefined || finding.retryAt > latest) latest = finding.retryAt;
  }
  return latest;
}

/** What detection said, where it had anything to say. */
export function detectionFinding(verdict: Verdict): DetectionFinding | undefined {
  return verdict.findings.find((finding) => finding.type === "detection");
}

function origin(level: number): string {
  if (level === 0) return "";
  return level === 1 ? ", by a rule of the account above" : `, by a rule of the account ${level} levels above`;
}

function detectionFillings(opinion: DetectionOpinion, names: VerdictNames): Readonly<Record<string, unknown>> {
  const evidence = "evidence" in opinion ? opinion.evidence : undefined;
  const scope = "scope" in opinion ? opinion.scope : evidence?.scope;
  return {
    range: scope === undefined ? undefined : explainScope(scope, names),
    evidence:
      evidence === undefined || evidence.hits === 0 ? "an operator contained it" : explainEvidence(evidence, names),
    until: "until" in opinion ? new Date(opinion.until).toISOString() : undefined,
    ...("limit" in opinion
      ? { count: String(opinion.limit.count), limit: String(opinion.limit.limit), window: opinion.limit.window }
      : {}),
  };
}

/**
 * The sentences taken apart once, because every decision has one: at even places texts, at odd ones the names of what goes
 * between them. Without the full stop.
 */
const PARTS: ReadonlyMap<ReasonCode, readonly string[]> = new Map(
  Object.entries(REASONS).map(([code, { sentence }]) => [
    code as ReasonCode,
    sentence.replace(/\.$/, "").split(/\{(\w+)\}/),
  ]),
);

function fill(reason: ReasonCode, values: object, names: VerdictNames): string {
  let filled = "";
  for (const [place, part] of PARTS.get(reason)?.entries() ?? []) {
    filled += place % 2 === 0 ? part : (filling(part, values, names) ?? `{${part}}`);
  }
  return filled.charAt(0).toUpperCase() + filled.slice(1);
}

/** Names and texts that have no underscores to take out. */
const AS_IS: ReadonlySet<string> = new Set(["range", "evidence", "limit", "use"]);

function filling(name: string, values: object, names: VerdictNames): string | undefined {
  const value = (values as Readonly<Record<string, unknown>>)[name];
  if (typeof value !== "string") return undefined;
  if (name === "destination") return names.destination?.(value) ?? value;
  return AS_IS.has(name) ? value : value.replaceAll("_", " ");
}
