import type { DetectionOpinion, DetectionResult } from "./detection/detection-finding.ts";
import type { EffectiveDetection } from "./detection/detection-settings.ts";
import { modeFor } from "./detection/mode-for.ts";
import { type Message, NUMBER_CHANNELS } from "./message.ts";
import type { CompiledPolicy, VerdictPlace } from "./policy/compiled-policy.ts";
import { evaluatePolicy, type PolicyOutcome } from "./policy/evaluate-policy.ts";
import type { PolicyGround } from "./policy/policy-document.ts";
import type { DetectionFinding, PolicyFinding, Verdict } from "./verdict/verdict.ts";

/**
 * May this message go out? The flow from step 3 on; the client's network (1) was checked and the number (2) parsed before
 * there was a message. Without `detect` it ends with step 4. The same message, policy and state of detection give the same
 * verdict, live, in a backtest and when a recorded one is computed again.
 */
export function decide(message: Message, policy: CompiledPolicy, detect?: Detect): Verdict {
  // An account of which nothing is known: never open.
  if (policy.levels.length === 0) return unknownAccount(policy);

  // 3 exceptions, 4 destination management
  const verdict = remembered(policy, evaluatePolicy(policy, message));
  if (verdict.action !== "allow" || detect === undefined || !NUMBER_CHANNELS.includes(message.channel)) return verdict;

  // 5 limits, 6 containments, 7 detection
  const mode = modeFor(policy.detection, message.purpose, verdict.detection);
  return mode === "off" ? verdict : withDetection(verdict, mode, detect(message, mode, policy.detection));
}

/** Steps 5 to 7 for one message: the engine's state answers, or what was recorded. */
export type Detect = (message: Message, mode: "monitor" | "enforce", settings: EffectiveDetection) => DetectionResult;

/** What steps 3 and 4 allowed, and what detection makes of it. */
function withDetection(
  verdict: Verdict,
  mode: "monitor" | "enforce",
  { opinion, score, incident }: DetectionResult,
): Verdict {
  if (opinion.reason === undefined && score === 0) return verdict;
  if (opinion.reason === "verified_number") return verified(verdict, mode, opinion);
  if (opinion.reason === undefined) return scored(verdict, score);
  const { would: _, ...rest } = verdict;
  const finding: DetectionFinding = { type: "detection", opinion, mode, score, incident };
  const found = { ...rest, score, findings: [...verdict.findings, finding] };
  if (opinion.action === "allow") return { ...found, action: "allow", reason: opinion.reason };
  if (mode === "monitor" && !isOperators(opinion)) return { ...found, action: "allow", would: opinion.action };
  return opinion.action === "hold"
    ? { ...found, action: "hold", reason: opinion.reason, until: opinion.until }
    : { ...found, action: opinion.action, reason: opinion.reason };
}

/** A person's own word acts wherever detection looks: monitor is about what detection does by itself. */
function isOperators(opinion: DetectionOpinion): boolean {
  return opinion.reason === "lockdown" || (opinion.reason === "range_contained" && opinion.by === "operator");
}

/** There are few scores below the threshold: with each of them a verdict is one object too. */
function scored(verdict: Verdict, score: number): Verdict {
  let known = SCORED.get(verdict);
  if (known === undefined) {
    known = new Map();
    SCORED.set(verdict, known);
  }
  let made = known.get(score);
  if (made === undefined) {
    made = { ...verdict, score };
    known.set(score, made);
  }
  return made;
}

const SCORED: WeakMap<Verdict, Map<number, Verdict>> = new WeakMap();

/** Most messages are log-ins of verified numbers: theirs is one object too. */
function verified(verdict: Verdict, mode: "monitor" | "enforce", opinion: DetectionOpinion): Verdict {
  const known = VERIFIED.get(verdict);
  const last = known?.findings.at(-1);
  if (known !== undefined && last?.type === "detection" && last.mode === mode) return known;
  const finding: DetectionFinding = { type: "detection", opinion, mode, score: 0, incident: undefined };
  const { would: _, ...rest } = verdict;
  const made: Verdict = { ...rest, action: "allow", findings: [...verdict.findings, finding] };
  VERIFIED.set(verdict, made);
  return made;
}

const VERIFIED: WeakMap<Verdict, Verdict> = new WeakMap();

/**
 * The same rules come to the same verdict for every message, and it is one object: whoever makes something of a verdict (a
 * text for the record, an answer) can make it once and find it by the object.
 */
function remembered(policy: CompiledPolicy, outcome: PolicyOutcome): Verdict {
  let place = policy.verdicts;
  for (const { ground } of outcome.findings) place = placeAfter(place, ground);
  if (place.verdict === undefined || !comesToTheSame(place.verdict, outcome)) {
    place.verdict = verdictOf(policy, outcome);
  }
  return place.verdict;
}

function placeAfter(place: VerdictPlace, ground: PolicyGround): VerdictPlace {
  const known = place.after.get(ground);
  if (known !== undefined) return known;
  const next: VerdictPlace = { verdict: undefined, after: new WeakMap() };
  place.after.set(ground, next);
  return next;
}

/** Of two outcomes on the same grounds. */
function comesToTheSame(verdict: Verdict, { reason, findings, degraded }: PolicyOutcome): boolean {
  return (
    verdict.reason === reason &&
    verdict.degraded === degraded &&
    verdict.findings.every((finding, index) => {
      const other: PolicyFinding | undefined = findings[index];
      return (
        finding.type === "policy" &&
        other !== undefined &&
        finding.action === other.action &&
        finding.level === other.level
      );
    })
  );
}

function verdictOf(policy: CompiledPolicy, { action, reason, findings, degraded }: PolicyOutcome): Verdict {
  const common = { reason, findings, score: 0, policy: policy.stamp, degraded };
  return action === "block"
    ? { action: "block", ...common, detection: "filter" }
    : { action: "allow", ...common, detection: action };
}

function unknownAccount(policy: CompiledPolicy): Verdict {
  return {
    action: "block",
    reason: "policy_missing",
    findings: [],
    score: 0,
    policy: policy.stamp,
    degraded: ["policy_missing"],
    detection: "filter",
  };
}
