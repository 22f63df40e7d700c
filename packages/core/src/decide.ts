import type { DetectionOpinion, DetectionResult } from "./detection/detection-finding.ts";
import type { DetectionMode, EffectiveDetection } from "./detection/detection-settings.ts";
import { modeFor } from "./detection/mode-for.ts";
import { type CompiledLimits, lacksPrice } from "./limits/compiled-limits.ts";
import type { LimitFinding } from "./limits/limit-finding.ts";
import { type Message, NUMBER_CHANNELS } from "./message.ts";
import type { CompiledPolicy, VerdictPlace } from "./policy/compiled-policy.ts";
import { evaluatePolicy, type PolicyOutcome } from "./policy/evaluate-policy.ts";
import type { PolicyGround } from "./policy/policy-document.ts";
import type { DetectionFinding, PolicyFinding, Verdict } from "./verdict/verdict.ts";

/**
 * May this message go out? The flow from step 3 on; the client's network (1) was checked and the number (2) parsed before
 * there was a message. Without `limit` step 5 is left out, without `detect` steps 6 and 7. The same
 * message, policy and state of limits and detection give the same verdict, live, in a backtest and when a recorded one is computed again.
 */
export function decide(message: Message, policy: CompiledPolicy, detect?: Detect, limit?: Limit): Verdict {
  // An account of which nothing is known: never open.
  if (policy.levels.length === 0) return unknownAccount(policy);

  // 3 exceptions, 4 destination management
  const verdict = byRules(policy, message);
  if (verdict.action !== "allow" || !NUMBER_CHANNELS.includes(message.channel)) return verdict;

  // 5 limits
  if (limit === undefined || policy.limits === undefined) return detected(message, policy, verdict, detect);
  const priced: Verdict = lacksPrice(policy.limits, message)
    ? { ...verdict, degraded: [...verdict.degraded, "price_unknown"] }
    : verdict;
  const exceeded = limit.reserve(message, policy.limits);
  if (exceeded !== undefined) return limited(priced, exceeded);
  const judged = detected(message, policy, priced, detect);
  if (judged.action !== "allow") limit.release(message);
  return judged;
}

/** 6 containments, 7 detection */
function detected(message: Message, policy: CompiledPolicy, verdict: Verdict, detect: Detect | undefined): Verdict {
  if (detect === undefined || verdict.detection === "allow") return verdict;
  const mode = modeFor(policy.detection, message.purpose, verdict.detection);
  // What detection does not judge is reached by a lockdown all the same.
  let result: DetectionResult;
  try {
    result = detect(message, mode, policy.detection);
  } catch {
    // A fault of ours in one detector must not stop everybody's messages, nor let one through unmarked.
    const marked: Verdict = { ...verdict, degraded: [...verdict.degraded, "detection_failed"] };
    return policy.detection.whenFailed === "closed"
      ? { ...marked, action: "block", reason: "detection_failed" }
      : marked;
  }
  return withDetection(verdict, mode === "off" ? "monitor" : mode, result);
}

function byRules(policy: CompiledPolicy, message: Message): Verdict {
  const known = policy.known?.of(message);
  if (known !== undefined) return known;
  const verdict = remembered(policy, evaluatePolicy(policy, message));
  policy.known?.set(message, verdict);
  return verdict;
}

/** Step 5 for one message: the engine's state answers, or what was recorded. */
export interface Limit {
  /** The limits that it would exceed. Undefined: none, and it has reserved its part of each. */
  reserve(message: Message, limits: CompiledLimits): readonly LimitFinding[] | undefined;
  /** A later step stopped the message that has just reserved. */
  release(message: Message): void;
}

/** The first exceeded limit gives the reason; the others are recorded with it. */
function limited(verdict: Verdict, exceeded: readonly LimitFinding[]): Verdict {
  const { would: _, ...rest } = verdict;
  const [first] = exceeded;
  if (first === undefined) return verdict;
  return { ...rest, action: "block", reason: first.reason, findings: [...verdict.findings, ...exceeded] };
}

/**
 * Steps 6 and 7 for one message: the engine's state answers, or what was recorded. `off`: it is not judged and does not
 * count; only a lockdown holds for it.
 */
export type Detect = (message: Message, mode: DetectionMode, settings: EffectiveDetection) => DetectionResult;

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
